import { answerOf } from '../../api-client/index.ts';
import { EXIT } from '../exit-codes.ts';
import { clockTime } from '../render/duration.ts';
import { pauseInWords } from '../render/pause.ts';
import type { CommandResult, Session } from '../session.ts';
import { onceOnly, type ApiConnection } from './connection.ts';
import { noRunThere, openRunOf, unlessEnded } from './runs.ts';

/** `weft pause` and `weft resume` by a service. */
export async function pauseOrResumeThroughApi(
  api: ApiConnection,
  network: string,
  { what, reason }: { readonly what: 'pause' | 'resume'; readonly reason: string },
  session: Session,
): Promise<CommandResult> {
  const open = await openRunOf(api, network);
  if (open === undefined) return noRunThere(api, network);
  const asked = { params: { path: { id: open.id }, header: onceOnly() }, body: { reason } };
  const told = await unlessEnded(
    what === 'pause'
      ? answerOf(api.client.POST('/v1/runs/{id}:pause', asked))
      : answerOf(api.client.POST('/v1/runs/{id}:resume', asked)),
  );
  if (told === undefined) return noRunThere(api, network);
  const { changed, pause } = told.data;
  const run = `The run of ${network} (\`${open.kind}\`, since ${clockTime(new Date(open.startedAt))})`;
  const document = { network, outcome: changed ? `${what}d` : 'unchanged', ...(pause && { pause }) };
  if (what === 'resume') {
    return { exitCode: EXIT.done, text: `${run} ${changed ? 'goes on' : 'is not paused'}.`, document };
  }
  if (changed) session.note(`Steps that are under way end. Go on: weft resume ${network}\n`);
  const already = !changed && pause ? `is already ${pauseInWords(pause, session.now())}` : 'is paused';
  return { exitCode: EXIT.done, text: `${run} ${already}.`, document };
}
