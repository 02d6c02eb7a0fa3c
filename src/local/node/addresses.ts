import { createHash } from 'node:crypto';

import { PlatformError } from '../failure.ts';

/** The two ends of the link between the machine and the node. */
export interface Addresses {
  readonly host: string;
  readonly node: string;
}

/** Each instance has a /30 in 10.245.0.0/16: network, host end, node end, broadcast. */
const blockCount = 16_384;
const blockSize = 4;

/** Bits of the network mask of a block. */
export const blockPrefix = 30;

/** @returns the addresses of a block, counted from 10.245.0.0 */
export function addressesOf(block: number): Addresses {
  return { host: addressAt(block * blockSize + 1), node: addressAt(block * blockSize + 2) };
}

/**
 * Chooses a block for an instance: the default instance gets the first, another one a place that follows from its
 * name; the next free one if somebody has that.
 *
 * @param taken - addresses of this machine that are not the instance's.
 */
export function freeBlock(instanceName: string, taken: ReadonlySet<string>): number {
  const first = instanceName === 'weft' ? 0 : placeOf(instanceName);
  for (let offset = 0; offset < blockCount; offset += 1) {
    const block = (first + offset) % blockCount;
    if (!isTaken(block, taken)) return block;
  }
  throw new PlatformError('No /30 is free in 10.245.0.0/16.\nRemove network interfaces that are not used any more.');
}

/** @returns whether the machine has an address in the block */
export function isTaken(block: number, taken: ReadonlySet<string>): boolean {
  const members = Array.from({ length: blockSize }, (_, index) => addressAt(block * blockSize + index));
  return members.some((address) => taken.has(address));
}

function addressAt(offset: number): string {
  return `10.245.${offset >> 8}.${offset & 255}`;
}

function placeOf(name: string): number {
  // Never the first, which is the default instance's.
  return 1 + (createHash('sha256').update(name).digest().readUInt32BE() % (blockCount - 1));
}
