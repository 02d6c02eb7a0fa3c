import { adminIdentityName, caName, type Organization } from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { allDone } from '../../durable/steps.ts';
import { organizationInput } from '../../inputs.ts';
import type { OrphanGroup } from '../before/prune.ts';
import { revokeInChannels, type Revocations } from '../channels/revocations.ts';

/**
 * Revokes the certificates of nodes that are about to be removed: at their CAs, then in the channels of their organizations. Before their objects
 * go, since by those a run that follows one which was interrupted finds them. Where an organization goes, its CAs go as well, and
 * nothing is asked of them.
 */
export async function revokeRemoved(run: ApplyRun, groups: readonly OrphanGroup[]): Promise<void> {
  const revocations = await allDone(
    run.network.organizations.map((organization) => revokeNodes(run, organization, groups)),
  );
  await revokeInChannels(
    run,
    revocations.filter((one) => one !== undefined),
  );
}

/** One node after the other: the last list has all of them. */
async function revokeNodes(
  run: ApplyRun,
  organization: Organization,
  groups: readonly OrphanGroup[],
): Promise<Revocations | undefined> {
  const step = run.steps.at(run.reference(organization).cluster);
  let newest: string | undefined;
  for (const { target, node } of removedNodes(run, organization, groups)) {
    const input = { ...organizationInput(run.base, organization), identity: node };
    const { revocationList } = await step.revokeCertificates(target, input);
    newest = revocationList ?? newest;
  }
  return newest === undefined ? undefined : { organization, revocationList: newest };
}

/** Nodes, and servers of chaincodes, of an organization that stays: as people are told about them, and by their Kubernetes names. */
function removedNodes(
  { reference }: ApplyRun,
  organization: Organization,
  groups: readonly OrphanGroup[],
): { readonly target: string; readonly node: string }[] {
  const { name, namespace } = organization;
  const others = [caName(organization), adminIdentityName(organization)];
  return groups.flatMap(({ target, owner, ...place }) => {
    const isHere = place.namespace === namespace && place.cluster === reference(organization).cluster;
    if (!isHere || owner?.organization !== name || others.includes(owner.node)) return [];
    return [{ target, node: owner.node }];
  });
}
