import { describeBlock, type OrdererAdmin } from '../../fabric/index.ts';
import { adminCaSecret } from '../../spec/index.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { failure } from '../failures.ts';
import type { OrganizationReference } from '../inputs.ts';
import { withOrderer } from '../peers/sessions.ts';

interface ClosedOrderer {
  readonly organization: OrganizationReference;
  /** Kubernetes name. */
  readonly node: string;
}

/**
 * An orderer whose admin endpoint answers nobody: the key of the CA that it trusts there is lost, and it learns of another CA when it restarts.
 * Whether it may restart is decided by what its part in channels is; that is seen by its blocks, which it delivers to its organization's Admin
 * while it knows a leader of the channel.
 *
 * @returns what looks at a channel, and refuses all else as `MaterialMissing`
 */
export function closedAdmin(dependencies: Dependencies, orderer: ClosedOrderer, signal: AbortSignal): OrdererAdmin {
  const { organization, node } = orderer;
  const refuse = (): Promise<never> => Promise.reject(adminCaLost(orderer));
  return {
    channel: (name) =>
      withOrderer(dependencies, { organization, nodes: [node] }, signal, async (asked) => {
        const newest = await asked.fetchBlock(name, 'newest');
        if (newest === undefined) return undefined;
        // No block says whether it takes part in the consensus.
        return { status: 'active', consensusRelation: 'other', height: describeBlock(newest).number + 1 };
      }),
    channels: refuse,
    join: refuse,
    remove: refuse,
    close: () => Promise.resolve(),
  };
}

function adminCaLost({ organization, node }: ClosedOrderer): Error {
  return failure(
    'MaterialMissing',
    `Secret ${adminCaSecret(organization)} in namespace ${organization.namespace} does not hold the CA that the admin endpoint of ${node} trusts. Another one is made, and the orderers restart with it, when the network is brought up again.`,
    { remedy: { kind: 'runAgain' } },
  );
}
