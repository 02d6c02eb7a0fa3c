import type { UnchangedSteps } from '../../../activities/status/unchanged-steps.ts';
import { CA_NODE, nodeTargetName, outgoingPorts, type Organization } from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { allDone } from '../../durable/steps.ts';
import { identitiesOf, nodePart, nodesOf, organizationInput, targetOf, volumeOf } from '../../inputs.ts';
import { chaincodeServersOf, type Located } from '../chaincodes/chaincode-servers.ts';

/** The steps of each organization that have nothing to do, by the organization's name. */
export type UnchangedByOrganization = ReadonlyMap<string, UnchangedSteps>;

/**
 * Finds the steps on CAs, identities and nodes that have nothing to do, by one look at each organization. From now on the run
 * records them as unchanged without running them.
 */
export async function findUnchangedSteps(run: ApplyRun): Promise<UnchangedByOrganization> {
  const { network, base, reference, steps } = run;
  const looks = network.organizations.map(async (organization) => {
    const identities = { chaincodeServers: enrolledServers(run, organization), consenters: [] };
    const found = await steps.queriesAt(reference(organization).cluster).findUnchangedSteps(organization.name, {
      ...organizationInput(base, organization),
      certificateAuthority: nodeTargetName(organization, { name: CA_NODE }),
      outgoingPorts: outgoingPorts(network, organization),
      // What is gone has something to do, whatever that is.
      volumes: nodesOf(organization).map((node) => volumeOf(node, NOTHING)),
      identities: identitiesOf(base, organization, identities).map(({ target, input }) => ({
        target,
        identity: input.identity,
      })),
      nodes: nodesOf(organization).map((placed) => ({ target: targetOf(placed), ...nodePart(placed) })),
    });
    steps.skip(found.steps);
    return [organization.name, found] as const;
  });
  return new Map(await allDone(looks));
}

const NOTHING: ReadonlySet<string> = new Set();

/** What was found of one organization. */
export function unchangedOf(found: UnchangedByOrganization, { name }: Organization): UnchangedSteps {
  const unchanged = found.get(name);
  if (unchanged === undefined) throw new TypeError(`Nobody has looked at the organization ${name}.`);
  return unchanged;
}

/** Names of the servers of chaincodes in an organization that have an identity: those with which peers talk TLS. */
export function enrolledServers(run: Located, organization: Organization): string[] {
  return chaincodeServersOf(run, organization)
    .filter(({ tls }) => tls)
    .map(({ name }) => name);
}
