import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';

import type { Tone } from '../model/states.ts';

interface NoticeProps {
  readonly tone: Extract<Tone, 'attention' | 'bad'>;
  readonly title?: string;
  /** `alert` is told at once to who does not see it. */
  readonly role?: 'alert' | 'note';
  readonly children: ReactNode;
}

/** Something that whoever looks has to know before all else. */
export function Notice({ tone, title, role = 'note', children }: NoticeProps): ReactNode {
  return (
    <Alert
      mt="sm"
      variant="outline"
      role={role}
      className={`notice notice-${tone}`}
      {...(title === undefined ? {} : { title })}
    >
      {children}
    </Alert>
  );
}
