import {
  addIdentity,
  countsOf,
  revokeIdentity,
  runDocument,
  type Operation,
  type OperationContext,
  type RunEnd,
  type RunProgress,
} from '../../operations/index.ts';
import type { NetworkSelector, NewIdentity } from '../../workflows/messages.ts';
import { findDestination } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import type { AccessFlags } from '../flags.ts';
import { withContext } from '../network/context.ts';
import { doneOrThrow, leftResult } from '../network/ending.ts';
import { whichNetwork } from '../network/which.ts';
import { follow } from '../progress/follow.ts';
import { secondsBetween } from '../render/duration.ts';
import { renderCounts } from '../render/ready.ts';
import type { CommandResult, Session } from '../session.ts';

export interface IdentityFlags extends AccessFlags {
  readonly org: string;
  /** Milliseconds. */
  readonly timeout?: number;
}

export interface AddFlags extends IdentityFlags {
  readonly type: 'client' | 'admin';
  readonly affiliation?: string;
  readonly attribute?: NonNullable<NewIdentity['attributes']>;
}

/** `weft identity add`: gives an application an identity of an organization. */
export function add(name: string, flags: AddFlags, session: Session): Promise<CommandResult> {
  const { org: organization, type, affiliation, attribute: attributes = [] } = flags;
  const identity = { organization, name, type, ...(affiliation === undefined ? {} : { affiliation }), attributes };
  return change(name, flags, session, {
    command: 'add',
    doing: 'Adding',
    begin: (context, selector, signal) => addIdentity(context, { selector, identity }, signal),
    nothing: `${name} of ${organization} is enrolled already.`,
    done: `${name} of ${organization} is enrolled. For its application: weft connection --org ${organization} --identity ${name} --out FOLDER`,
  });
}

/** `weft identity revoke`: has nobody take an identity any more. */
export function revoke(name: string, flags: IdentityFlags, session: Session): Promise<CommandResult> {
  const identity = { organization: flags.org, name };
  return change(name, flags, session, {
    command: 'revoke',
    doing: 'Revoking',
    begin: (context, selector, signal) => revokeIdentity(context, { selector, identity }, signal),
    nothing: `${name} of ${flags.org} is revoked already.`,
    done: `${name} of ${flags.org} is revoked, and no channel of ${flags.org} takes it any more`,
  });
}

interface Change {
  /** e.g. `add` */
  readonly command: string;
  /** e.g. `Adding` */
  readonly doing: string;
  readonly begin: (
    context: OperationContext,
    selector: NetworkSelector,
    signal: AbortSignal,
  ) => Operation<RunProgress, RunEnd>;
  /** What is said where nothing was left to do. */
  readonly nothing: string;
  readonly done: string;
}

async function change(
  name: string,
  flags: IdentityFlags,
  session: Session,
  { command, doing, begin, nothing, done }: Change,
): Promise<CommandResult> {
  const selector = await whichNetwork(session, flags.network, flags.file);
  const { network } = selector;
  const destination = await findDestination(session, flags);
  const title = `${doing} ${name} of ${flags.org} in ${network} on ${destination.cluster}`;
  return withContext(session, destination, async (context) => {
    const started = session.now();
    const followed = await follow(session, { title, destination, timeoutMs: flags.timeout }, (signal) =>
      begin(context, selector, signal),
    );
    if (followed.kind === 'left') return leftResult(session, followed, network);
    const again = `weft identity ${command} ${name} --org ${flags.org} --network ${network}`;
    const { result } = doneOrThrow(followed.end, { network, again });
    const document = runDocument(network, result.steps);
    const { created, updated } = countsOf(result.steps);
    if (created + updated === 0) return { exitCode: EXIT.done, text: nothing, document };
    const counts = renderCounts(result.steps, secondsBetween(started, session.now()));
    return { exitCode: EXIT.done, text: `${done}\n${counts}`, document };
  });
}
