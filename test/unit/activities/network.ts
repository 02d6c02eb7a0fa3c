import type { IdentityInput, NetworkInput, NodeInput, OrganizationInput } from '../../../src/activities/inputs.ts';
import type { OrganizationConfigInput } from '../../../src/activities/nodes/organization.ts';
import { ADMIN_NODE, completeDescription, outgoingPorts, type Organization } from '../../../src/spec/index.ts';
import {
  identitiesOf,
  networkSettings,
  nodeCounts,
  nodeInput,
  nodesOf,
  organizationInput,
} from '../../../src/workflows/inputs.ts';

/** The network `net` of one orderer in org0 and two peers in org1, cut into what its steps are given. */
export interface DescribedNetwork {
  readonly organization: (name: string) => OrganizationInput;
  readonly organizationConfig: (name: string) => OrganizationConfigInput;
  /** @param node as the description names it, e.g. `peer1` */
  readonly node: (organization: string, node: string) => NodeInput;
  readonly identity: (organization: string, node: string) => IdentityInput;
  readonly admin: (organization: string) => IdentityInput;
  /** All orderers and peers. */
  readonly nodes: () => NodeInput[];
}

/** @param changes fields of the description that differ from the usual */
export function describedNetwork(changes: object = {}, dryRun = false): DescribedNetwork {
  const result = completeDescription({
    name: 'net',
    organizations: [
      { name: 'org0', mspId: 'OrdererMSP', orderers: 1 },
      { name: 'org1', peers: 2 },
    ],
    ...changes,
  });
  if (!result.ok) throw new Error(result.issues.map(({ message }) => message).join('\n'));
  const { network } = result;
  const base: NetworkInput = { network: networkSettings(network), dryRun };
  const placed = network.organizations.flatMap(nodesOf);

  const organization = (name: string): Organization => {
    const found = network.organizations.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`There is no ${name}.`);
    return found;
  };
  const nodeNamed = (owner: string, name: string): (typeof placed)[number] => {
    const found = placed.find(({ organization: its, node }) => its.name === owner && node.name === name);
    if (found === undefined) throw new Error(`There is no ${owner}/${name}.`);
    return found;
  };
  const identityNamed = (owner: string, name: string): IdentityInput => {
    const found = identitiesOf(base, organization(owner), { chaincodeServers: [], consenters: [] }).find(
      ({ target }) => target === `${owner}/${name}`,
    );
    if (found === undefined) throw new Error(`There is no identity ${owner}/${name}.`);
    return found.input;
  };
  return {
    organization: (name) => organizationInput(base, organization(name)),
    organizationConfig: (name) => ({
      ...organizationInput(base, organization(name)),
      nodes: nodeCounts(organization(name)),
      outgoingPorts: outgoingPorts(network, organization(name)),
    }),
    node: (owner, name) => nodeInput(base, nodeNamed(owner, name)),
    identity: identityNamed,
    admin: (name) => identityNamed(name, ADMIN_NODE),
    nodes: () => placed.map((node) => nodeInput(base, node)),
  };
}
