import { setTimeout as sleep } from 'node:timers/promises';

import type { OpenRun } from '../../client/index.ts';
import { listNetworks, status, summaries, type OperationContext } from '../../operations/index.ts';
import type { NetworkSelector, NetworkStatus, RunPause } from '../../workflows/messages.ts';
import { CommandFailure } from '../command-failure.ts';
import { serviceFor, type ApiFlags } from '../api/connection.ts';
import { statusOfServed, statusThroughApi } from '../api/status.ts';
import { defaultFileIfPresent } from '../description/source.ts';
import { findDestination, type Destination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { EXIT_OF_LEAVING, follow } from '../progress/follow.ts';
import { clockTime } from '../render/duration.ts';
import { pauseInWords } from '../render/pause.ts';
import { renderNetworks } from '../render/networks.ts';
import { renderStatus } from '../render/status.ts';
import type { CommandResult, Session } from '../session.ts';
import type { Interrupt } from '../terminal.ts';
import { withContext } from './context.ts';
import { leftResult, undoneFailure } from './ending.ts';
import { whichNetwork } from './which.ts';

export interface StatusFlags extends DestinationFlags, ApiFlags {
  readonly file?: string;
  /** Answer with exit code 6 if the network is not ready. */
  readonly exitCode?: boolean;
  readonly watch?: boolean;
}

/** Between two looks of `--watch`: each one is a run that asks the cluster about every node. */
const WATCH_INTERVAL_MS = 2_000;

/** `weft status`: every node of a network as the cluster has it now; without a name, of the only network, or all networks in short. */
export async function weftStatus(
  name: string | undefined,
  flags: StatusFlags,
  session: Session,
): Promise<CommandResult> {
  const api = await serviceFor(session, flags);
  if (name === undefined && flags.file === undefined && (await defaultFileIfPresent(session)) === undefined) {
    return api === undefined ? statusOfAll(flags, session) : statusOfServed(api, flags, session);
  }
  const selector = await whichNetwork(session, name, flags.file);
  if (api !== undefined) return statusThroughApi(api, selector.network, flags, session);
  return statusOfOne(selector, await findDestination(session, flags), flags, session);
}

async function statusOfAll(flags: StatusFlags, session: Session): Promise<CommandResult> {
  const destination = await findDestination(session, flags);
  const { cluster } = destination;
  const networks = await networksOn(destination, session);
  const [first, ...others] = networks;
  if (first === undefined) {
    session.note('Bring a network up: weft up -f network.yaml\n');
    return { exitCode: EXIT.done, text: `${cluster} has no network that Weft brought up.`, document: { networks: [] } };
  }
  if (others.length === 0) return statusOfOne({ network: first }, destination, flags, session);
  if (flags.watch === true) {
    throw new CommandFailure({
      exitCode: EXIT.usage,
      message: `which network is to be watched? ${cluster} has ${networks.join(', ')}.`,
      hints: [`Name one: weft status ${first} --watch`],
    });
  }
  return withContext(session, destination, async (context) => {
    const found = await summaries(context, networks, new AbortController().signal);
    const isReady = found.every((summary) => summary.status?.ready === true);
    session.note(`One of them in full: weft status ${first}\n`);
    return {
      exitCode: flags.exitCode === true && !isReady ? EXIT.notReady : EXIT.done,
      text: renderNetworks(found, session.palette),
      document: {
        networks: found.map(({ network, status, problem }) => ({
          network,
          ready: status?.ready ?? false,
          nodes: status?.nodes.length ?? 0,
          readyNodes: status?.nodes.filter(({ ready }) => ready).length ?? 0,
          conditions: status?.conditions ?? [],
          ...(problem === undefined ? {} : { problem }),
        })),
      },
    };
  });
}

async function networksOn({ access }: Destination, session: Session): Promise<readonly string[]> {
  const cluster = await session.openNetworkAccess(access);
  try {
    return await listNetworks(cluster);
  } finally {
    await cluster.close();
  }
}

function statusOfOne(
  selector: NetworkSelector,
  destination: Destination,
  flags: StatusFlags,
  session: Session,
): Promise<CommandResult> {
  return withContext(session, destination, async (context) => {
    const look = (): Promise<Look> => lookAt(selector, context, destination, session);
    const seen = flags.watch === true ? await watch(look, context, session) : await look();
    if (seen.kind === 'left') return seen.result;
    if (seen.openRun) {
      const { operation, since } = seen.openRun;
      const { network } = selector;
      const words = `A run (\`${operation}\`) is under way since ${clockTime(since)}.`;
      session.note(
        seen.paused === undefined
          ? `${words} Watch: weft watch ${network}\n`
          : `${words} It is ${pauseInWords(seen.paused, session.now())}. Go on: weft resume ${network}\n`,
      );
    }
    const notReady = flags.exitCode === true && !seen.status.ready;
    return {
      exitCode: notReady ? EXIT.notReady : EXIT.done,
      text: textOf(seen.status, context, session),
      document: seen.status,
    };
  });
}

/** What one look brings; the user may leave during it. */
type Look =
  | { readonly kind: 'seen'; readonly status: NetworkStatus; readonly openRun?: OpenRun; readonly paused?: RunPause }
  | { readonly kind: 'left'; readonly result: CommandResult };

async function lookAt(
  selector: NetworkSelector,
  context: OperationContext,
  destination: Destination,
  session: Session,
): Promise<Look> {
  const { network } = selector;
  // A look takes a moment: only what keeps it from ending is worth a word.
  const quietly: Session = { ...session, progress: session.progress === 'tty' ? 'tty' : 'quiet' };
  const title = `Looking at ${network} on ${context.cluster}`;
  const followed = await follow(quietly, { title, destination }, (signal) => status(context, selector, signal));
  if (followed.kind === 'left') return { kind: 'left', result: leftResult(session, followed, network) };
  const { end } = followed;
  if (end.kind !== 'done') throw undoneFailure(end, { network, again: `weft status ${network}` });
  return { ...end, kind: 'seen' };
}

/** Looks again and again until the user leaves, and prints each state that differs from the last. */
async function watch(look: () => Promise<Look>, context: OperationContext, session: Session): Promise<Look> {
  const left: { why?: Interrupt } = {};
  const leave = new AbortController();
  const stopListening = session.terminal.onInterrupt((signal) => {
    left.why = signal;
    leave.abort();
  });
  try {
    for (let shown = ''; ;) {
      const seen = await look();
      if (seen.kind === 'left') return seen;
      const text = session.output === 'json' ? JSON.stringify(seen.status) : textOf(seen.status, context, session);
      if (text !== shown) session.terminal.out(`${text}\n`);
      shown = text;
      await sleep(WATCH_INTERVAL_MS, undefined, { signal: leave.signal }).catch(() => undefined);
      if (left.why !== undefined) return { kind: 'left', result: { exitCode: EXIT_OF_LEAVING[left.why], text: '' } };
    }
  } finally {
    stopListening();
  }
}

function textOf(status: NetworkStatus, { cluster }: OperationContext, { now, palette, output }: Session): string {
  return renderStatus(status, { cluster, now: now(), palette, wide: output === 'wide' });
}
