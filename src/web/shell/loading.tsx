import { Skeleton, Stack } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';

/** In milliseconds: what comes before that would only flicker. */
const PATIENCE_MS = 300;

/** The place of something that is on its way. */
export function Loading({ rows = 5 }: { readonly rows?: number }): ReactNode {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setShown(true);
    }, PATIENCE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  if (!isShown) return null;
  return (
    <Stack gap="xs" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={28} />
      ))}
    </Stack>
  );
}
