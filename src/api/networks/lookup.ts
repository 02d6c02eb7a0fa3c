import { z } from 'zod';

import { findNetwork, findRevision, type Database, type StoredNetwork } from '../../database/index.ts';
import { selectorOf } from '../../operations/index.ts';
import { readStoredDescription, type Network } from '../../spec/index.ts';
import type { NetworkSelector } from '../../workflows/messages.ts';
import { ApiProblem } from '../problems/problem.ts';
import type { ApiServices } from '../services.ts';

/** No name of a network is longer: it is that of a namespace. */
const LONGEST_NAME = 63;

export const networkParams = z.object({
  name: z
    .string()
    .max(LONGEST_NAME)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be small letters, digits and "-" only')
    .describe('Name of the network.'),
});

/** @throws ApiProblem if the service knows no network of this name */
export async function requireNetwork({ database, cluster }: ApiServices, name: string): Promise<StoredNetwork> {
  const network = await findNetwork(database, { cluster, name });
  if (network !== undefined) return network;
  throw new ApiProblem('NETWORK_NOT_FOUND', { detail: `there is no network ${name} on ${cluster}.` });
}

/** The description of a network that was asked for last; undefined where there is none that can be read. */
export async function describedAs(
  database: Database,
  { id, revision }: Pick<StoredNetwork, 'id' | 'revision'>,
): Promise<Network | undefined> {
  const described = revision === undefined ? undefined : await findRevision(database, id, revision);
  const read = described && readStoredDescription(described.description);
  return read?.ok === true ? read.network : undefined;
}

/** Which network is meant, with its namespaces and clusters as far as its description names them. */
export async function selectorFor(database: Database, network: StoredNetwork): Promise<NetworkSelector> {
  const described = await describedAs(database, network);
  return described === undefined ? { network: network.name } : selectorOf(described);
}
