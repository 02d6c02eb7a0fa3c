import { list, ownedBy, podLogs, type Cluster } from '../../kubernetes/index.ts';
import { stateLost } from '../failures.ts';
import type { OrganizationReference } from '../inputs.ts';

/** What etcd's Raft says, before it ends the process, to a leader that knows more of its log than it has itself. */
const LOST_LOG = /Was the raft log corrupted, truncated, or lost\?/;

/** A stack of calls follows it. */
const LAST_LINES = 80;

/**
 * Looks into the log of the orderer's last process for why it ended.
 *
 * @throws ApplicationFailure `StateLost` if its volume is older than what it has told the others; KubernetesError
 */
export async function requireRaftLog(
  cluster: Cluster,
  { organization, node, network }: { organization: OrganizationReference; node: string; network: { name: string } },
  signal: AbortSignal,
): Promise<void> {
  const { namespace } = organization;
  const labelSelector = `${ownedBy(network.name)},weft.dev/node=${node}`;
  const pods = await list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector, signal });
  const logs = await Promise.all(
    pods.map(({ metadata: { name } }) =>
      podLogs(cluster, { namespace, name }, { tailLines: LAST_LINES, previous: true, signal }).catch(() => {
        signal.throwIfAborted();
        // It has not ended yet.
        return '';
      }),
    ),
  );
  if (!logs.some((log) => LOST_LOG.test(log))) return;
  throw stateLost(
    `The newest part of the Raft log of ${node}`,
    node,
    'Its volume is older than what it has promised the others, such as one of yesterday.',
  );
}
