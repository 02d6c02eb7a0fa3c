/** The seed of a test that leaves something to chance: printed, and given again by WEFT_TEST_SEED to have the same once more. */
export function newSeed(): number {
  return Number(process.env['WEFT_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
}

/** A number from 0 to 1, exclusive, for every salt. */
export function randomOf(seed: number): (salt: number) => number {
  return (salt) => {
    // One round of mulberry32, which spreads neighbouring seeds over the whole range.
    let state = (seed + salt * 0x6d2b79f5) | 0;
    state = Math.imul(state ^ (state >>> 15), state | 1);
    state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
    return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
  };
}
