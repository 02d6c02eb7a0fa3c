import { setTimeout as sleep } from 'node:timers/promises';

import type { Peer } from '../../fabric/index.ts';
import type { StepContext } from '../activity.ts';

/** How far a peer has to come in a channel. */
export interface CatchUp {
  /** As people are told about the peer. */
  readonly who: string;
  readonly channel: string;
  /** In blocks. */
  readonly goal: number;
}

/** A block reaches a peer a moment after it was ordered; one that has missed many needs longer. */
const INTERVAL_MS = 1_000;

/** Waits until a peer has so many blocks of a channel. */
export async function awaitLedgerHeight(
  peer: Peer,
  { who, channel, goal }: CatchUp,
  { signal, waiting }: Pick<StepContext, 'signal' | 'waiting'>,
): Promise<void> {
  for (;;) {
    const { height } = await peer.ledger(channel);
    if (height >= goal) return;
    waiting({ reason: 'CatchingUp', message: `${who} has ${height} of the ${goal} blocks of ${channel}` });
    await sleep(INTERVAL_MS, undefined, { signal });
  }
}
