import { answerOf } from '../../api-client/index.ts';
import { countsOf } from '../../operations/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import { leftResult } from '../network/ending.ts';
import { follow } from '../progress/follow.ts';
import type { CommandResult, Session } from '../session.ts';
import { onceOnly, type ApiConnection } from './connection.ts';
import { countsOfServed, servedDocument, servedDoneOrThrow } from './ending.ts';
import { followServed } from './follow.ts';

interface ApiRenewFlags {
  readonly target?: readonly string[];
  readonly due?: boolean;
  readonly newKey?: boolean;
  readonly dryRun?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** `weft renew` by a service: with the keys that there are. */
export async function renewThroughApi(
  api: ApiConnection,
  network: string,
  { target, due, newKey, dryRun, timeout }: ApiRenewFlags,
  session: Session,
): Promise<CommandResult> {
  if (newKey === true) throw notThere('--new-key', network);
  if (dryRun === true) throw notThere('--dry-run', network);
  const params = { path: { name: network }, header: onceOnly() };
  const body = { dueOnly: due === true, ...(target === undefined ? {} : { targets: [...target] }) };
  const { data: run } = await answerOf(api.client.POST('/v1/networks/{name}:renew', { params, body }));
  const title = `Renewing ${network} on ${run.cluster}`;
  const followed = await follow(session, { title, timeoutMs: timeout }, (signal) => followServed(api, run, signal));
  if (followed.kind === 'left') return leftResult(session, followed, network);
  const done = servedDoneOrThrow(followed.end, `weft renew ${network}`);
  const isChanged = countsOf(done.steps).updated > 0;
  return {
    exitCode: EXIT.done,
    text: isChanged
      ? `Certificates of ${network} are renewed: ${countsOfServed(done, session)}.`
      : `Nothing of ${network} is to be renewed.`,
    document: servedDocument(done),
  };
}

function notThere(flag: string, network: string): CommandFailure {
  return new CommandFailure({
    exitCode: EXIT.usage,
    message: `${flag} does not work through a service. Nothing was touched.`,
    hints: [
      'Run it where cluster and Temporal can be reached, with the cluster named: --context NAME',
      `When certificates end, and from when on they are renewed: weft status ${network} -o wide`,
    ],
  });
}
