/** The candidate that was probably meant by a misspelt word, if one is near enough. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  // One slip in three letters is still the same word; "orgs" and "cert" are beginnings of one.
  const most = Math.max(1, Math.floor(lower.length / 3));
  const ranked = candidates
    .map((candidate) => ({ candidate, away: distance(lower, candidate.toLowerCase()) }))
    .filter(({ candidate, away }) => away <= most || isBeginning(lower, candidate.toLowerCase()))
    .sort((one, other) => one.away - other.away);
  return ranked[0]?.candidate;
}

function isBeginning(word: string, candidate: string): boolean {
  const stem = word.replace(/s$/, '');
  return stem.length >= 3 && candidate.startsWith(stem);
}

/** Levenshtein distance: how many letters must be added, removed or replaced. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of Array.from(one).entries()) {
    const next = [at + 1];
    for (const [column, otherLetter] of Array.from(other).entries()) {
      next.push(
        Math.min(
          (next[column] ?? 0) + 1,
          (row[column + 1] ?? 0) + 1,
          (row[column] ?? 0) + (letter === otherLetter ? 0 : 1),
        ),
      );
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
