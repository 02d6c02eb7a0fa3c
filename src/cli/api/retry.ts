import { answerOf } from '../../api-client/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { CommandResult } from '../session.ts';
import { onceOnly, type ApiConnection } from './connection.ts';
import { noRunThere, openRunOf, unlessEnded } from './runs.ts';

/** `weft retry` by a service: what waits for its next attempt is tried at once. */
export async function retryThroughApi(
  api: ApiConnection,
  network: string,
  target: string | undefined,
): Promise<CommandResult> {
  const open = await openRunOf(api, network);
  if (open === undefined) return noRunThere(api, network);
  const params = { path: { id: open.id }, header: onceOnly() };
  const body = target === undefined ? {} : { target };
  const told = await unlessEnded(answerOf(api.client.POST('/v1/runs/{id}:retry', { params, body })));
  if (told === undefined) return noRunThere(api, network);
  const { steps } = told.data;
  const document = { network, steps };
  if (steps.length === 0) {
    const what = target === undefined ? 'No step' : `No step on ${target}`;
    return { exitCode: EXIT.done, text: `${what} of ${network} waits for its next attempt.`, document };
  }
  const lines = steps.map(({ step, target: on, attempt }) => `  ${step} ${on}, attempt ${attempt}`);
  return { exitCode: EXIT.done, text: ['Tried now:', ...lines].join('\n'), document };
}
