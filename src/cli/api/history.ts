import { answerOf, type paths } from '../../api-client/index.ts';
import type { PastRun } from '../../operations/index.ts';
import { EXIT } from '../exit-codes.ts';
import { renderHistory } from '../render/history.ts';
import type { CommandResult, Session } from '../session.ts';
import type { ApiConnection } from './connection.ts';
import { allPages } from './pages.ts';

/** So many runs are read at the same time, each for what it changed: few enough for whoever else asks the service. */
const READ_AT_ONCE = 8;

/** `weft history` of a service, which keeps runs after Temporal has forgotten them. */
export async function historyThroughApi(
  api: ApiConnection,
  network: string,
  limit: number,
  session: Session,
): Promise<CommandResult> {
  const { client } = api;
  const listed = await allPages(async (query) => {
    const params = { path: { name: network }, query };
    const { data } = await answerOf(client.GET('/v1/networks/{name}/runs', { params }));
    return { items: data.runs, nextPageToken: data.nextPageToken };
  }, limit);
  const runs: PastRun[] = [];
  for (let first = 0; first < listed.length; first += READ_AT_ONCE) {
    const some = listed.slice(first, first + READ_AT_ONCE);
    runs.push(
      ...(await Promise.all(
        some.map(async ({ id }) => {
          const { data } = await answerOf(client.GET('/v1/runs/{id}', { params: { path: { id } } }));
          return pastRun(data);
        }),
      )),
    );
  }
  const { palette, output } = session;
  return {
    exitCode: EXIT.done,
    text:
      runs.length === 0
        ? `${api.url} knows no run of ${network}.`
        : renderHistory(runs, { palette, now: session.now(), wide: output === 'wide' }),
    document: { network, runs },
  };
}

type ServedRun = paths['/v1/runs/{id}']['get']['responses'][200]['content']['application/json'];

/** A run of a service as the command line tells of it. */
export function pastRun(run: ServedRun): PastRun {
  const { workflow, kind, requestedBy, startedAt, finishedAt, state, counts, steps, conditions = [], error } = run;
  const open = conditions.filter(({ status }) => status !== 'True').map(({ message }) => message);
  const reason = error?.message ?? (state === 'not ready' ? open.join('; ') : '');
  const changes = steps
    .filter(({ outcome }) => outcome !== 'unchanged')
    .map(({ step, target, outcome, reason: why }) => ({ step, target, outcome, reason: why }));
  return {
    ...{ run: workflow, operation: kind, requestedBy, outcome: state, startedAt: new Date(startedAt) },
    ...(finishedAt === undefined ? {} : { endedAt: new Date(finishedAt) }),
    // As without a service: of a run without a result it is not told what it did.
    ...(state === 'done' || state === 'not ready' ? { counts, changes } : {}),
    ...(reason === '' ? {} : { reason }),
  };
}
