import { sql, type RawBuilder } from 'kysely';

/** What PostgreSQL's jsonb and text refuse, though texts of JavaScript may have it: NUL, and halves of a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** @returns the text with U+FFFD for what the database cannot keep: a message of some program must not stop what is written about it */
export function storable(text: string): string {
  return text.replaceAll(UNSTORABLE, '\uFFFD');
}

/**
 * A value for a column of JSON. The driver of PostgreSQL would write a list as an array of its own, that of PGlite as JSON:
 * as a text it is the same to both.
 *
 * @param value null and undefined become SQL's null
 */
export function json<Value>(value: Value): RawBuilder<Value> {
  if (value === undefined || value === null) return sql<Value>`null`;
  const text = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' ? storable(member) : member,
  );
  return sql<Value>`${text}::text::jsonb`;
}
