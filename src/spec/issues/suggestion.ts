import { distance } from 'fastest-levenshtein';

import type { Issue } from './issue.ts';
import { namesInWords } from './words.ts';

/** What is longer is no misspelt word. */
const LONGEST_WORD = 100;

/** The candidate that was probably meant by a misspelt word, if one is near enough. */
export function suggestionFor(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const lower = word.toLowerCase();
  // One slip in three letters is still the same word; "orgs" and "cert" are beginnings of one.
  const most = Math.max(1, Math.floor(lower.length / 3));
  let suggestion: { readonly candidate: string; readonly away: number } | undefined;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    const isStem = isBeginning(lower, other);
    // Every letter that one has more is a slip.
    if (!isStem && Math.abs(other.length - lower.length) > most) continue;
    const away = distance(lower, other);
    if ((isStem || away <= most) && away < (suggestion?.away ?? Number.POSITIVE_INFINITY))
      suggestion = { candidate, away };
  }
  return suggestion?.candidate;
}

function isBeginning(word: string, candidate: string): boolean {
  const stem = word.replace(/s$/, '');
  return stem.length >= 3 && candidate.startsWith(stem);
}

/** `"og1" is no organization; did you mean "org1"?` */
export function unknownName(
  name: string,
  kind: string,
  known: readonly string[],
): Pick<Issue, 'message' | 'reason' | 'suggestion'> {
  const reason = 'UNKNOWN_NAME';
  const suggestion = suggestionFor(name, known);
  if (suggestion !== undefined) {
    return { message: `"${name}" is no ${kind}; did you mean "${suggestion}"?`, reason, suggestion };
  }
  const choice = known.length === 0 ? 'there is none' : `there are: ${namesInWords(known)}`;
  return { message: `"${name}" is no ${kind} (${choice})`, reason };
}
