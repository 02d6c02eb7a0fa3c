import { Button, Group } from '@mantine/core';
import { useState, type ReactNode } from 'react';

import type { NetworkWithSpec } from '../../api/resources.ts';
import { useMay } from '../../api/session.ts';
import { RemoveDialog } from './remove-dialog.tsx';
import { RenewDialog } from './renew-dialog.tsx';

/** What can be done with a network as a whole, as far as whoever is signed in may. */
export function NetworkActions({ network: { metadata } }: { readonly network: NetworkWithSpec }): ReactNode {
  const [asking, setAsking] = useState<'renew' | 'remove'>();
  const mayRenew = useMay('operator', metadata);
  const mayRemove = useMay('admin', metadata);
  const close = (): void => {
    setAsking(undefined);
  };
  return (
    <Group gap="xs">
      {mayRenew && (
        <Button
          variant="default"
          onClick={() => {
            setAsking('renew');
          }}
        >
          Renew certificates
        </Button>
      )}
      {mayRemove && (
        <Button
          variant="default"
          onClick={() => {
            setAsking('remove');
          }}
        >
          Remove
        </Button>
      )}
      <RenewDialog name={metadata.name} isOpen={asking === 'renew'} onClose={close} />
      <RemoveDialog name={metadata.name} isOpen={asking === 'remove'} onClose={close} />
    </Group>
  );
}
