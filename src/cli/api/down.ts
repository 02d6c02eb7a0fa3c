import { answerOf } from '../../api-client/index.ts';
import { countsOf, runDocument } from '../../operations/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import { leftResult } from '../network/ending.ts';
import { follow } from '../progress/follow.ts';
import type { CommandResult, Session } from '../session.ts';
import type { ApiConnection } from './connection.ts';
import { countsOfServed, servedDocument, servedDoneOrThrow } from './ending.ts';
import { followServed } from './follow.ts';

interface ApiDownFlags {
  readonly yes?: boolean;
  readonly keepData?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** `weft down` by a service, which wants an admin for it. */
export async function downThroughApi(
  api: ApiConnection,
  network: string,
  flags: ApiDownFlags,
  session: Session,
): Promise<CommandResult> {
  const path = { name: network };
  // Before anybody is asked: of a network that is not there the service says so.
  const { data: known } = await answerOf(api.client.GET('/v1/networks/{name}', { params: { path } }));
  if (flags.yes !== true) await confirm(session, `${network} on ${known.metadata.cluster}`, network, flags);
  const query = { confirm: network, keepData: `${flags.keepData === true}` as const };
  const { data: run } = await answerOf(api.client.DELETE('/v1/networks/{name}', { params: { path, query } }));
  const title = `Removing ${network} from ${run.cluster}`;
  const followed = await follow(session, { title, timeoutMs: flags.timeout }, (signal) =>
    followServed(api, run, signal),
  );
  if (followed.kind === 'left') return leftResult(session, followed, network);
  const done = servedDoneOrThrow(followed.end, `weft down ${network}`);
  const isGone = countsOf(done.steps).removed > 0;
  return {
    exitCode: EXIT.done,
    text: isGone
      ? `${network} is removed from ${done.cluster}: ${countsOfServed(done, session)}.`
      : `Nothing of ${network} is on ${done.cluster}.`,
    document: servedDocument(done),
  };
}

async function confirm(
  { terminal }: Session,
  what: string,
  network: string,
  { keepData }: ApiDownFlags,
): Promise<void> {
  if (!terminal.stdinIsTerminal) {
    throw new CommandFailure({
      exitCode: EXIT.usage,
      message: `removing ${network} wants a confirmation, and there is no terminal to ask on. Nothing was touched.`,
      hints: [`To remove it without being asked: weft down ${network} --yes`],
      document: { ...runDocument(network, [], 'failed') },
    });
  }
  terminal.err(`Everything that Weft made for ${what} will be removed.\n`);
  const data =
    keepData === true ? 'The ledger volumes stay.' : 'The ledgers go too (--keep-data keeps them). There is no undo.';
  const answer = await terminal.ask(`${data}\nType the network's name to remove it: `);
  if (answer.trim() === network) return;
  throw new CommandFailure({
    exitCode: EXIT.declined,
    message: 'declined. Nothing was touched.',
    document: { ...runDocument(network, [], 'cancelled') },
  });
}
