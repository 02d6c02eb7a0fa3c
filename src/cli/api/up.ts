import { answerOf, AS_YAML } from '../../api-client/index.ts';
import { runDocument } from '../../operations/index.ts';
import { CommandFailure } from '../command-failure.ts';
import type { ReadDescription } from '../description/source.ts';
import { EXIT } from '../exit-codes.ts';
import { leftResult } from '../network/ending.ts';
import { follow, type Followed } from '../progress/follow.ts';
import type { CommandResult, Session } from '../session.ts';
import { onceOnly, type ApiConnection } from './connection.ts';
import { bodyOf, seenAs } from './description.ts';
import { countsOfServed, noteServed, servedDocument, servedDoneOrThrow } from './ending.ts';
import { followServed, type ServedEnd } from './follow.ts';
import type { ServedRun } from './runs.ts';

interface ApiUpFlags {
  readonly yes?: boolean;
  readonly pruneData?: boolean;
  readonly removeChannels?: boolean;
  readonly plan?: string;
  readonly wait?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** `weft up` by a service: puts the description, and shows the run that brings the network up. */
export async function upThroughApi(
  api: ApiConnection,
  description: ReadDescription,
  flags: ApiUpFlags,
  session: Session,
): Promise<CommandResult> {
  const { name } = description.network;
  const again = `weft up -f ${description.source}`;
  const run = await put(api, description, flags);
  if (flags.wait === false) return startedThere(session, run);
  const first = await shown(session, api, run, flags);
  const followed = await approvedIfNeeded(session, first, async () =>
    shown(session, api, await put(api, description, { ...flags, yes: true }), flags),
  );
  if (followed.kind === 'left') return leftResult(session, followed, name);
  const done = servedDoneOrThrow(followed.end, again);
  if (!noteServed(done, session)) return { exitCode: EXIT.notReady, text: '', document: servedDocument(done) };
  const text = `${name} is ready: ${countsOfServed(done, session)}.`;
  session.note(`Next: weft status ${name}\n`);
  return { exitCode: EXIT.done, text, document: servedDocument(done) };
}

async function put(api: ApiConnection, description: ReadDescription, flags: ApiUpFlags): Promise<ServedRun> {
  const { name } = description.network;
  // What a plan is about is in the plan, and it is refused if the network is not as it was then.
  const condition = flags.plan === undefined ? await seenAs(api, name) : {};
  const { data } = await answerOf(
    api.client.PUT('/v1/networks/{name}', {
      ...AS_YAML,
      params: { path: { name }, query: queryOf(flags), header: { ...onceOnly(), ...condition } },
      body: bodyOf(description),
    }),
  );
  if ('workflow' in data) return data;
  throw new Error('the service answered with a plan where it was to start a run');
}

function queryOf({ plan, yes, pruneData, removeChannels }: ApiUpFlags) {
  return {
    ...(plan === undefined ? {} : { plan }),
    ...(yes === true ? { approveRemoval: 'true' as const } : {}),
    ...(pruneData === true ? { pruneData: 'true' as const } : {}),
    ...(removeChannels === true ? { removeChannels: 'true' as const } : {}),
  };
}

function shown(
  session: Session,
  api: ApiConnection,
  run: ServedRun,
  { timeout }: ApiUpFlags,
): Promise<Followed<ServedEnd>> {
  const title = `Bringing up ${run.network} on ${run.cluster}`;
  return follow(session, { title, timeoutMs: timeout }, (signal) => followServed(api, run, signal));
}

/** Asks whether what is no longer described may go, and goes on if so. */
async function approvedIfNeeded(
  { terminal }: Session,
  followed: Followed<ServedEnd>,
  goOn: () => Promise<Followed<ServedEnd>>,
): Promise<Followed<ServedEnd>> {
  if (followed.kind === 'left' || !terminal.stdinIsTerminal) return followed;
  const { network, error } = followed.end.run;
  if (error?.type !== 'RemovalNotApproved') return followed;
  terminal.err(`${network}: ${error.message}\n`);
  const answer = await terminal.ask('Remove? Only "yes" is accepted: ');
  if (answer.trim() === 'yes') return goOn();
  const document = { ...runDocument(network, [], 'cancelled') };
  throw new CommandFailure({ exitCode: EXIT.declined, message: 'declined. Nothing was touched.', document });
}

function startedThere(session: Session, { id, network }: ServedRun): CommandResult {
  session.note(`Started. Watch: weft watch ${network}. Stop it: weft cancel ${network}\n`);
  return { exitCode: EXIT.done, text: id, document: { ...runDocument(network, [], 'started'), run: id } };
}
