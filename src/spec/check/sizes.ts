import type { Issue } from '../issues/issue.ts';
import { MOST_CHAINCODE_SERVERS, MOST_NODES, MOST_RECORD_CHARACTERS } from '../limits.ts';
import type { Network } from '../network.ts';
import type { Description } from '../schema/description.ts';
import { countOfServers, locatedChaincodes } from './located.ts';

/** A description of too many nodes, before its counts are expanded. */
export function nodeCountIssues({ organizations }: Description): Issue[] {
  const count = organizations.reduce((sum, { orderers, peers }) => sum + countOf(orderers) + countOf(peers), 0);
  if (count <= MOST_NODES) return [];
  return [
    {
      path: ['organizations'],
      message: `have ${count} nodes: a network has at most ${MOST_NODES}`,
      reason: 'TOO_LARGE',
    },
  ];
}

function countOf(nodes: Description['organizations'][number]['peers']): number {
  return typeof nodes === 'number' ? nodes : (nodes?.length ?? 0);
}

/** A network that is too large to be looked at in detail. */
export function sizeIssues(network: Network): Issue[] {
  return [...serverCount(network), ...recordSize(network)];
}

function serverCount(network: Network): Issue[] {
  const count = locatedChaincodes(network).reduce((sum, chaincode) => sum + countOfServers(chaincode), 0);
  if (count <= MOST_CHAINCODE_SERVERS) return [];
  const message = `need ${count} servers: a network has at most ${MOST_CHAINCODE_SERVERS}`;
  return [{ path: ['chaincodes'], message, reason: 'TOO_LARGE' }];
}

function recordSize(network: Network): Issue[] {
  const { length } = JSON.stringify(network, undefined, 2);
  if (length <= MOST_RECORD_CHARACTERS) return [];
  const message = `has ${length} characters in its completed form: at most ${MOST_RECORD_CHARACTERS} can be kept in the cluster`;
  return [{ path: [], message, reason: 'TOO_LARGE' }];
}
