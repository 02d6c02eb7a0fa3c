import { setTimeout as sleep } from 'node:timers/promises';

import { openRun, type RunEnding, type Temporal } from '../../client/index.ts';
import { networkWorkflowId, type NetworkAddress, type NetworkStatus } from '../../workflows/messages.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { followRun } from '../progress/follow.ts';
import { clockTime } from '../render/duration.ts';
import { renderStatus } from '../render/status.ts';
import type { CommandResult, Session } from '../session.ts';
import { resolveTarget, type Target, type TargetFlags } from '../target.ts';
import { failureOf, leftResult } from './ending.ts';
import { passingWorkflowId, startOperation, withTemporal } from './operation.ts';
import { whichNetwork } from './which.ts';

export interface StatusFlags extends TargetFlags {
  readonly file?: string;
  /** Answer with exit code 6 if the network is not ready. */
  readonly exitCode?: boolean;
  readonly watch?: boolean;
}

/** Between two looks of `--watch`: each one is a run that asks the cluster about every node. */
const WATCH_INTERVAL_MS = 2_000;

/** `weft status`: every node of a network as the cluster has it now. */
export async function status(name: string | undefined, flags: StatusFlags, session: Session): Promise<CommandResult> {
  const which = await whichNetwork(session, name, flags.file);
  const target = await resolveTarget(session, flags, false);
  return withTemporal(session, target, async (temporal) => {
    const look = (): Promise<NetworkStatus | CommandResult> => inspect(session, temporal, target, which);
    const result = flags.watch === true ? await watch(session, target, look) : await look();
    if (!('nodes' in result)) return result;
    await tellOfOpenRun(session, temporal, target, which.network);
    const notReady = flags.exitCode === true && !result.ready;
    return { exitCode: notReady ? EXIT.notReady : EXIT.done, text: textOf(result, session, target), document: result };
  });
}

/** A network that is being worked on right now explains much of its state. */
async function tellOfOpenRun(
  { note }: Session,
  temporal: Temporal,
  { cluster }: Target,
  network: string,
): Promise<void> {
  const open = await openRun(temporal, networkWorkflowId(cluster, network));
  if (open)
    note(`A run (\`${open.operation}\`) is under way since ${clockTime(open.since)}. Watch: weft watch ${network}\n`);
}

async function inspect(
  session: Session,
  temporal: Temporal,
  { cluster, workerCommand }: Target,
  which: NetworkAddress,
): Promise<NetworkStatus | CommandResult> {
  const title = `Looking at ${which.network} on ${cluster}`;
  const run = await startOperation(session, temporal, {
    network: which.network,
    type: 'inspectNetwork',
    workflowId: passingWorkflowId('status', cluster, which.network),
    args: [which],
    title,
  });
  // A look takes a moment: only what keeps it from ending is worth a word.
  const quietly: Session = { ...session, progress: session.progress === 'tty' ? 'tty' : 'quiet' };
  const followed = await followRun(quietly, temporal, run, { title, workerCommand, progress: false });
  if (followed.kind === 'left') return leftResult(session, followed, which.network);
  return statusOf(followed.ending, which.network);
}

function statusOf(ending: RunEnding, network: string): NetworkStatus {
  if (ending.kind !== 'completed') {
    throw failureOf(ending, { milestones: [], steps: [], children: [] }, { network, again: `weft status ${network}` });
  }
  if (isNetworkStatus(ending.value)) return ending.value;
  throw new Error(`the look at ${network} returned something that is not a network's status`);
}

/** Looks again and again until the user leaves; the last look is the result. */
async function watch(
  session: Session,
  target: Target,
  look: () => Promise<NetworkStatus | CommandResult>,
): Promise<NetworkStatus | CommandResult> {
  const left: { code?: ExitCode } = {};
  const leave = new AbortController();
  const stopListening = session.terminal.onInterrupt((signal) => {
    left.code = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    leave.abort();
  });
  try {
    for (let shown = ''; ;) {
      const result = await look();
      if (!('nodes' in result)) return result;
      const text = session.output === 'json' ? JSON.stringify(result) : textOf(result, session, target);
      if (text !== shown) session.terminal.out(`${text}\n`);
      shown = text;
      await sleep(WATCH_INTERVAL_MS, undefined, { signal: leave.signal }).catch(() => undefined);
      if (left.code !== undefined) return { exitCode: left.code, text: '' };
    }
  } finally {
    stopListening();
  }
}

function textOf(status: NetworkStatus, { now, palette, output }: Session, { cluster }: Target): string {
  return renderStatus(status, { cluster, now: now(), palette, wide: output === 'wide' });
}

function isNetworkStatus(value: unknown): value is NetworkStatus {
  return (
    typeof value === 'object' && value !== null && 'ready' in value && 'nodes' in value && Array.isArray(value.nodes)
  );
}
