import { z } from 'zod';

import type { PageRequest } from '../database/index.ts';

const DEFAULT_SIZE = 50;

/** A page of whole descriptions has not to be larger than what a client reads at once. */
const LARGEST_SIZE = 1000;

/** Parameters of every list, as AIP-158 has them. */
export const pageQuerySchema = z.object({
  pageSize: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe(`How many at most; 0 means ${DEFAULT_SIZE}, and more than ${LARGEST_SIZE} are cut to that.`),
  pageToken: z.string().optional().describe('The nextPageToken of the page before.'),
});

export const nextPageTokenSchema = z.string().describe('Where the list goes on; empty at its end.');

/** The part of a list that a request asks for. */
export function pageRequest({ pageSize, pageToken }: z.infer<typeof pageQuerySchema>): PageRequest {
  const size = pageSize === 0 ? DEFAULT_SIZE : Math.min(pageSize, LARGEST_SIZE);
  return { size, ...(pageToken === undefined || pageToken === '' ? {} : { token: pageToken }) };
}
