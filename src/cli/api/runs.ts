import { answerOf, type paths } from '../../api-client/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { CommandResult } from '../session.ts';
import { unlessRefused, type ApiConnection } from './connection.ts';

/** A run of a service with its steps. */
export type ServedRun = paths['/v1/runs/{id}']['get']['responses'][200]['content']['application/json'];

/** A run of a service as lists have it. */
export type RunEntry =
  paths['/v1/networks/{name}/runs']['get']['responses'][200]['content']['application/json']['runs'][number];

/** The run that holds a network is among its newest: plans beside it, which hold nothing, are few. */
const NEWEST = 20;

/** The run that works on a network now; undefined if none does. @throws RequestRefused; NoAnswerFromApi */
export async function openRunOf({ client }: ApiConnection, network: string): Promise<RunEntry | undefined> {
  const params = { path: { name: network }, query: { pageSize: NEWEST } };
  const { runs } = (await answerOf(client.GET('/v1/networks/{name}/runs', { params }))).data;
  return runs.find(({ done, kind }) => !done && kind !== 'plan');
}

/** Asks something of a run that may come to its end meanwhile. @returns undefined if it has */
export function unlessEnded<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  return unlessRefused('RUN_ENDED', asked);
}

/** Nothing works on a network, so that there is nothing to ask. */
export function noRunThere({ url }: ApiConnection, network: string): CommandResult {
  const text = `No run of ${network} is under way at ${url}.`;
  return { exitCode: EXIT.done, text, document: { network, outcome: 'unchanged' } };
}
