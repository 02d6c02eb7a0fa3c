import { sql, type ColumnType, type RawBuilder } from 'kysely';

import { storable } from './storable.ts';

declare const jsonOf: unique symbol;

/** An expression of JSON; a plain value is none, so that the compiler finds where `json()` was forgotten. */
export interface JsonExpression<Value> {
  readonly [jsonOf]: Value;
}

/** A column of JSON: read as a value, written by `json()`. */
export type Json<Value> = ColumnType<Value, JsonExpression<Value>, JsonExpression<Value>>;

/** The same, where there may be nothing. */
export type OptionalJson<Value> = ColumnType<
  Value | null,
  JsonExpression<Value> | null | undefined,
  JsonExpression<Value> | null
>;

/**
 * A value for a column of JSON. The driver of PostgreSQL would write a list as an array of its own, that of PGlite as JSON:
 * as a text it is the same to both.
 */
export function json<Value>(value: Value): RawBuilder<JsonExpression<Value>> {
  const text = JSON.stringify(value ?? null, (_key, member: unknown) =>
    typeof member === 'string' ? storable(member) : member,
  );
  return sql`${text}::text::jsonb`;
}
