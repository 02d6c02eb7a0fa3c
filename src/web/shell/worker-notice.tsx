import type { ReactNode } from 'react';

import { withoutWorkerInWords, type ClusterWithoutWorker } from '../model/workers.ts';
import { Notice } from './notice.tsx';
import { useNow } from './now.ts';

interface WorkerNoticeProps {
  readonly missing: readonly ClusterWithoutWorker[];
  /** What that comes to. */
  readonly children: ReactNode;
}

/** Says for which clusters there is no worker, and since when. */
export function WorkerNotice({ missing, children }: WorkerNoticeProps): ReactNode {
  const now = useNow();
  const title = withoutWorkerInWords(missing, now);
  if (title === undefined) return null;
  return (
    <Notice tone="attention" title={title}>
      {children}
    </Notice>
  );
}
