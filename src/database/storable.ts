/** What PostgreSQL's jsonb and text refuse, though texts of JavaScript may have it: NUL, and halves of a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** @returns the text with U+FFFD for what the database cannot keep: a message of some program must not stop what is written about it */
export function storable(text: string): string {
  return text.replaceAll(UNSTORABLE, '\uFFFD');
}
