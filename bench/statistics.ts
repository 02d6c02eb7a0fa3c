/** What a handful of timings say; a mean would let one bad run speak for all. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1) };
}

/** A row of a table: name, median, min, max in seconds, and a remark. */
export function row(name: string, { median, min, max }: Spread, remark = ''): string {
  const cells = [median, min, max].map((value) => value.toFixed(2).padStart(8));
  return `${name.padEnd(28)}${cells.join('')}   ${remark}`.trimEnd();
}
