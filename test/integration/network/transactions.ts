import { setTimeout as sleep } from 'node:timers/promises';

import type { PeerClient } from './gateway-client.ts';

/** What became of transactions that were submitted at a steady pace. */
export interface Traffic {
  /** Number of transactions that are in a block, and valid. */
  readonly committed: number;
  /** What kept each of the others out of a block. */
  readonly failed: readonly string[];
  /** Calls that had to be made again, with the same peer or another, since a node was not there. */
  readonly repeated: number;
  /** From the proposal to the block, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** The longest time in which no transaction came to its block, in milliseconds. */
  readonly longestGap: number;
}

export interface TrafficOptions {
  readonly channel: string;
  /** Prefix of the assets that the transactions make. */
  readonly name: string;
  readonly perSecond: number;
}

/** An application waits so long for its transaction before it tells its user that there is trouble. */
const PATIENCE_MS = 60_000;

/** A block is cut every half second; an election takes up to five seconds. */
const CALL_MS = 8_000;

/** Between two tries of one call. */
const PAUSE_MS = 250;

/**
 * Submits transactions to the example chaincode at a steady pace, as an application does that knows several peers of its organization: each by
 * the next of the organizations; a call that fails is made again by the next peer, the same transaction, which can come to a block only once.
 *
 * @param organizations the peers of each organization, all asked in the name of its Admin
 * @returns stops, awaits what is under way, and tells what became of all
 */
export function startTransactions(
  organizations: readonly (readonly PeerClient[])[],
  { channel, name, perSecond }: TrafficOptions,
): { readonly stop: () => Promise<Traffic> } {
  const begun: Promise<void>[] = [];
  const times: number[] = [];
  const ends: number[] = [performance.now()];
  const failed: string[] = [];
  let repeated = 0;

  const transact = async (number: number): Promise<void> => {
    const peers = organizations[number % organizations.length] ?? [];
    const started = performance.now();
    try {
      repeated += await commitAsset(peers, channel, `${name}-${number}`);
      times.push(performance.now() - started);
      ends.push(performance.now());
    } catch (error) {
      failed.push(error instanceof Error ? error.message : String(error));
    }
  };
  const pace = setInterval(() => begun.push(transact(begun.length)), 1000 / perSecond);
  return {
    stop: async () => {
      clearInterval(pace);
      await Promise.all(begun);
      const sorted = times.toSorted((a, b) => a - b);
      const at = (share: number): number => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN);
      const gaps = ends.slice(1).map((end, index) => end - (ends[index] ?? end));
      const longestGap = Math.round(Math.max(0, ...gaps));
      return { committed: times.length, failed, repeated, p50: at(0.5), p99: at(0.99), longestGap };
    },
  };
}

/** @returns how many calls had to be made again */
async function commitAsset(peers: readonly PeerClient[], channel: string, id: string): Promise<number> {
  const again = repeating(peers);
  const [first] = peers;
  if (first === undefined) throw new Error('An organization without peers transacts nothing.');
  const proposal = first
    .contract(channel, 'basic')
    .newProposal('CreateAsset', { arguments: [id, 'amber', '1', 'nobody', '1'] })
    .getBytes();
  const endorsed = await again((peer) => peer.gateway.newProposal(proposal).endorse(soon()));
  const transaction = endorsed.getBytes();
  // A leader that stops may take with it what it has accepted and not ordered: only the block is the proof.
  const { successful, code } = await again(async (peer) => {
    const submitted = await peer.gateway.newTransaction(transaction).submit(soon());
    return submitted.getStatus(soon());
  });
  if (!successful) throw new Error(`${id} is not valid: code ${code}`);
  return again.times();
}

function soon(): { readonly deadline: number } {
  return { deadline: Date.now() + CALL_MS };
}

interface Repeating {
  <Result>(call: (peer: PeerClient) => Promise<Result>): Promise<Result>;
  readonly times: () => number;
}

/** Makes calls, each by one peer after the other until one succeeds. */
function repeating(peers: readonly PeerClient[]): Repeating {
  const deadline = performance.now() + PATIENCE_MS;
  let turn = 0;
  let times = 0;
  const repeat = async <Result>(call: (peer: PeerClient) => Promise<Result>): Promise<Result> => {
    for (;;) {
      const peer = peers[turn % peers.length];
      if (peer === undefined) throw new Error('There is no peer.');
      try {
        return await call(peer);
      } catch (error) {
        if (performance.now() > deadline) throw error;
        turn += 1;
        times += 1;
        await sleep(PAUSE_MS);
      }
    }
  };
  return Object.assign(repeat, { times: () => times });
}
