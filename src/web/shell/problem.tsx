import { Button, Code, Group, List, Text } from '@mantine/core';
import type { ReactNode } from 'react';

import { errorInWords, isWithoutAnswer } from '../api/client.ts';
import { Notice } from './notice.tsx';

interface ProblemProps {
  readonly error: unknown;
  /** What was asked for is shown as it was before: that nobody answers is then said once, above the page. */
  readonly isShownBefore?: boolean;
  /** Asks once more; absent where that is of no use. */
  readonly retry?: () => void;
}

/** Why something is not there: what happened, its stable name, and what helps. */
export function Problem({ error, isShownBefore = false, retry }: ProblemProps): ReactNode {
  if (isShownBefore && isWithoutAnswer(error)) return null;
  const { title, detail, reason, remedies, requestId } = errorInWords(error);
  return (
    <Notice tone="bad" title={title} role="alert">
      <Text size="sm">{detail}</Text>
      {remedies.length > 0 && (
        <List size="sm" mt="xs">
          {remedies.map((remedy) => (
            <List.Item key={remedy}>{remedy}</List.Item>
          ))}
        </List>
      )}
      <Group mt="sm" gap="sm">
        <Code>{reason}</Code>
        {requestId !== undefined && <Code>request {requestId}</Code>}
        {retry !== undefined && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Group>
    </Notice>
  );
}
