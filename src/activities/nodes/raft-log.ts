import type { Cluster } from '../../kubernetes/index.ts';
import { stateLost } from '../failures.ts';
import { nodeLogs, type LoggingNode } from './node-logs.ts';

/** What etcd's Raft says, before it ends the process, to a leader that knows more of its log than it has itself. */
const LOST_LOG = /Was the raft log corrupted, truncated, or lost\?/;

/** A stack of calls follows it. */
const LAST_LINES = 80;

/**
 * Looks into the log of the orderer's last process for why it ended.
 *
 * @throws ApplicationFailure `StateLost` if its volume is older than what it has told the others; KubernetesError
 */
export async function requireRaftLog(cluster: Cluster, orderer: LoggingNode, signal: AbortSignal): Promise<void> {
  const { node } = orderer;
  // One that has not ended yet has no log of that.
  const logs = await nodeLogs(cluster, orderer, { tailLines: LAST_LINES, previous: true, signal });
  if (!logs.some((log) => LOST_LOG.test(log))) return;
  throw stateLost(
    `The newest part of the Raft log of ${node}`,
    node,
    'Its volume is older than what it has promised the others, such as one of yesterday.',
  );
}
