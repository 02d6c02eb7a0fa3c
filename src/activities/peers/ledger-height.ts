import { setTimeout as sleep } from 'node:timers/promises';

import { FabricError, type Peer } from '../../fabric/index.ts';
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

/**
 * The number of blocks that a peer has of a channel.
 *
 * @returns undefined while it lets nobody of its organization look: an organization that has left the channel and come back is no member by the
 *   blocks in between, which the peer takes one after the other
 */
export async function ledgerHeight(peer: Peer, channel: string): Promise<number | undefined> {
  try {
    return (await peer.ledger(channel)).height;
  } catch (error) {
    if (error instanceof FabricError && error.kind === 'notAuthorized') return undefined;
    throw error;
  }
}

/** Waits until a peer has so many blocks of a channel. */
export async function awaitLedgerHeight(
  peer: Peer,
  { who, channel, goal }: CatchUp,
  { signal, waiting }: Pick<StepContext, 'signal' | 'waiting'>,
): Promise<void> {
  for (;;) {
    const height = await ledgerHeight(peer, channel);
    if (height !== undefined && height >= goal) return;
    const fact = height === undefined ? 'tells its organization nothing yet, and has not all' : `has ${height}`;
    waiting({ reason: 'CatchingUp', message: `${who} ${fact} of the ${goal} blocks of ${channel}` });
    await sleep(INTERVAL_MS, undefined, { signal });
  }
}
