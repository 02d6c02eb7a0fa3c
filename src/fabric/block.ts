/** What the outside of a block says. */
export interface BlockDescription {
  readonly channel: string;
  readonly number: number;
  /** SHA-256 of its data, hexadecimal: the same for every copy, however it is signed. */
  readonly dataHash: string;
}

/**
 * Reads a block.
 *
 * @param block common.Block
 * @throws FabricError `refused` if it is none
 */
export function describeBlock(block: Uint8Array): BlockDescription {
  throw new Error(`not there yet: ${block.length}`);
}

/** Whether two blocks are copies of one: header and data are equal, signatures and other metadata may differ. */
export function sameBlock(one: Uint8Array, other: Uint8Array): boolean {
  throw new Error(`not there yet: ${one.length} ${other.length}`);
}
