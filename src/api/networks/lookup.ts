import { z } from 'zod';

import { findNetwork, type StoredNetwork } from '../../database/index.ts';
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
