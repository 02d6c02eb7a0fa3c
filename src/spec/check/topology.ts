import { LONGEST_NODE_NAME } from '../schema/formats.ts';
import type { Issue, Path } from '../issues/issue.ts';
import { namesInWords } from '../issues/words.ts';
import { nodeName } from '../names.ts';
import type { Network } from '../network.ts';
import { locatedNodes } from './located.ts';
import { duplicates } from './name-conflicts.ts';

export function topologyIssues(network: Network): Issue[] {
  return [
    ...duplicateOrganizations(network),
    ...duplicateMspIds(network),
    ...duplicateNodes(network),
    ...duplicateAddresses(network),
    ...longNames(network),
    ...noOrderers(network),
  ];
}

export function topologyWarnings(network: Network): Issue[] {
  return [...evenOrderers(network), ...emptyOrganizations(network), ...withoutAddresses(network)];
}

function duplicateOrganizations({ organizations }: Network): Issue[] {
  return duplicates(
    organizations.map(({ name }, at) => ({ value: name, path: ['organizations', at, 'name'] })),
    (name, first) => `"${name}" is already the name of ${first}: an organization needs a name of its own`,
  );
}

function duplicateMspIds({ organizations }: Network): Issue[] {
  const names = new Set<string>();
  const mspIds = organizations.flatMap(({ name, mspId }, at) => {
    // Organizations of the same name have the same default MSP ID: their name is the issue.
    if (names.has(name)) return [];
    names.add(name);
    return [{ value: mspId, path: ['organizations', at, 'mspId'] }];
  });
  return duplicates(
    mspIds,
    (mspId, first) => `"${mspId}" is already the MSP ID of ${first}: Fabric would take the two organizations for one`,
  );
}

/** Orderers and peers of one organization share their names: `org1-a` cannot be both. */
function duplicateNodes({ organizations }: Network): Issue[] {
  return organizations.flatMap(({ orderers, peers }, at) =>
    duplicates(
      [
        ...orderers.map(({ name }, position) => ({ value: name, path: nodePath(at, 'orderers', position) })),
        ...peers.map(({ name }, position) => ({ value: name, path: nodePath(at, 'peers', position) })),
      ],
      (name, first) => `"${name}" is already the name of ${first}: a node needs a name of its own in its organization`,
    ),
  );
}

function nodePath(organization: number, list: 'orderers' | 'peers', position: number): Path {
  return ['organizations', organization, list, position, 'name'];
}

function duplicateAddresses(network: Network): Issue[] {
  return duplicates(
    locatedNodes(network).flatMap(({ node, path }) =>
      node.address === undefined ? [] : [{ value: node.address, path: [...path, 'address'] }],
    ),
    (address, first) => `"${address}" is already the address of ${first}: others would reach only one of the two nodes`,
  );
}

function longNames(network: Network): Issue[] {
  return locatedNodes(network).flatMap(({ organization, node, path }) => {
    const name = nodeName(organization, node);
    if (name.length <= LONGEST_NODE_NAME) return [];
    const message = `makes the Kubernetes name "${name}" of ${name.length} characters: at most ${LONGEST_NODE_NAME} leave room for what a Deployment adds to the names of its pods`;
    return [{ path: [...path, 'name'], message }];
  });
}

function noOrderers({ organizations }: Network): Issue[] {
  if (organizations.some(({ orderers }) => orderers.length > 0)) return [];
  return [
    {
      path: ['organizations'],
      message: 'have no orderers: a network needs at least one, e.g. "orderers: 3" in one of them',
    },
  ];
}

/** Of a network without channels, whose orderers may all come to be consenters; where there are channels, each has its own. */
function evenOrderers({ organizations, channels }: Network): Issue[] {
  if (channels.length > 0) return [];
  const count = organizations.reduce((sum, { orderers }) => sum + orderers.length, 0);
  if (count === 0 || count % 2 === 1) return [];
  const survives = Math.ceil(count / 2) - 1;
  const message = `have ${count} orderers, which survive the loss of ${survives}, as ${count - 1} would: a Raft cluster wants an odd number`;
  return [{ path: ['organizations'], message }];
}

function emptyOrganizations({ organizations }: Network): Issue[] {
  return organizations.flatMap(({ name, orderers, peers }, at) =>
    orderers.length + peers.length > 0
      ? []
      : [{ path: ['organizations', at], message: `has neither orderers nor peers: only the CA of ${name} will run` }],
  );
}

/** Names of Services are of one cluster: between clusters only addresses lead, unless something joins the clusters' names. */
function withoutAddresses({ organizations }: Network): Issue[] {
  if (new Set(organizations.map(({ cluster }) => cluster)).size < 2) return [];
  return organizations.flatMap(({ name, orderers, peers }, at) => {
    const nodes = [...orderers, ...peers].filter(({ address }) => address === undefined).map((node) => node.name);
    if (nodes.length === 0) return [];
    const message = `has nodes without an address (${namesInWords(nodes)}): organizations of other clusters reach those of ${name} only where its cluster's Service names are known to them`;
    return [{ path: ['organizations', at], message }];
  });
}
