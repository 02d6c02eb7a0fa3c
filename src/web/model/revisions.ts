interface Compared {
  readonly from: number;
  readonly to: number;
}

/**
 * The two revisions that are compared.
 *
 * @param numbers newest first, two at least
 * @param asked as the address has them; where it has none that there is, the last is compared with the one before it
 */
export function comparedRevisions(
  numbers: readonly number[],
  asked: { readonly from: string | null; readonly to: string | null },
): Compared {
  const known = (text: string | null): number | undefined => numbers.find((number) => String(number) === text);
  const [last = 1, beforeLast = last] = numbers;
  return { from: known(asked.from) ?? beforeLast, to: known(asked.to) ?? last };
}

/** A value of a field in a line: what is longer than a word as JSON; empty where there is none. */
export function fieldValue(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
