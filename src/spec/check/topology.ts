import { LONGEST_NODE_NAME } from '../schema/formats.ts';
import type { Finding } from '../issues/issue.ts';
import { nodeName } from '../names.ts';
import type { Network } from '../network.ts';
import { nodePlaces } from './located.ts';
import { repeated } from './repeated.ts';

export function topologyMistakes(network: Network): Finding[] {
  return [
    ...repeatedOrganizations(network),
    ...repeatedMspIds(network),
    ...repeatedNodes(network),
    ...repeatedAddresses(network),
    ...longNames(network),
    ...noOrderers(network),
  ];
}

export function topologyWarnings(network: Network): Finding[] {
  return [...evenOrderers(network), ...emptyOrganizations(network), ...withoutAddresses(network)];
}

function repeatedOrganizations({ organizations }: Network): Finding[] {
  const places = organizations.map(({ name }, at) => ({ value: name, path: ['organizations', at, 'name'] }));
  return repeated(
    places,
    (name, first) => `"${name}" is already the name of ${first}: an organization needs a name of its own`,
  );
}

function repeatedMspIds({ organizations }: Network): Finding[] {
  // Organizations of the same name have the same default MSP ID: their name is the mistake.
  const distinct = organizations.map(({ name, mspId }, at) => ({
    name,
    value: mspId,
    path: ['organizations', at, 'mspId'],
  }));
  return repeated(
    distinct.filter(({ name }, at) => distinct.findIndex((other) => other.name === name) === at),
    (mspId, first) => `"${mspId}" is already the MSP ID of ${first}: Fabric would take the two organizations for one`,
  );
}

/** Orderers and peers of one organization share their names: `org1-a` cannot be both. */
function repeatedNodes(network: Network): Finding[] {
  return network.organizations.flatMap((organization) => {
    const places = nodePlaces(network)
      .filter((place) => place.organization === organization)
      .map(({ node, path }) => ({ value: node.name, path: [...path, 'name'] }));
    return repeated(
      places,
      (name, first) => `"${name}" is already the name of ${first}: a node needs a name of its own in its organization`,
    );
  });
}

function repeatedAddresses(network: Network): Finding[] {
  const places = nodePlaces(network).flatMap(({ node, path }) =>
    node.address === undefined ? [] : [{ value: node.address, path: [...path, 'address'] }],
  );
  return repeated(
    places,
    (address, first) => `"${address}" is already the address of ${first}: others would reach only one of the two nodes`,
  );
}

function longNames(network: Network): Finding[] {
  return nodePlaces(network).flatMap(({ organization, node, path }) => {
    const name = nodeName(organization, node);
    if (name.length <= LONGEST_NODE_NAME) return [];
    const message = `makes the Kubernetes name "${name}" of ${name.length} characters: at most ${LONGEST_NODE_NAME} leave room for what a Deployment adds to the names of its pods`;
    return [{ path: [...path, 'name'], message }];
  });
}

function noOrderers({ organizations }: Network): Finding[] {
  if (organizations.some(({ orderers }) => orderers.length > 0)) return [];
  return [
    {
      path: ['organizations'],
      message: 'have no orderers: a network needs at least one, e.g. "orderers: 3" in one of them',
    },
  ];
}

/** Of a network without channels, whose orderers may all come to be consenters; where there are channels, each has its own. */
function evenOrderers({ organizations, channels }: Network): Finding[] {
  if (channels.length > 0) return [];
  const count = organizations.reduce((sum, { orderers }) => sum + orderers.length, 0);
  if (count === 0 || count % 2 === 1) return [];
  const survives = Math.ceil(count / 2) - 1;
  const message = `have ${count} orderers, which survive the loss of ${survives}, as ${count - 1} would: a Raft cluster wants an odd number`;
  return [{ path: ['organizations'], message }];
}

function emptyOrganizations({ organizations }: Network): Finding[] {
  return organizations.flatMap(({ name, orderers, peers }, at) =>
    orderers.length + peers.length > 0
      ? []
      : [{ path: ['organizations', at], message: `has neither orderers nor peers: only the CA of ${name} will run` }],
  );
}

/** Names of Services are of one cluster: between clusters only addresses lead, unless something joins the clusters' names. */
function withoutAddresses({ organizations }: Network): Finding[] {
  if (new Set(organizations.map(({ cluster }) => cluster)).size < 2) return [];
  return organizations.flatMap(({ name, orderers, peers }, at) => {
    const nodes = [...orderers, ...peers].filter(({ address }) => address === undefined).map((node) => node.name);
    if (nodes.length === 0) return [];
    const message = `has nodes without an address (${nodes.join(', ')}): organizations of other clusters reach those of ${name} only where its cluster's Service names are known to them`;
    return [{ path: ['organizations', at], message }];
  });
}
