import { z } from 'zod';

import { PageTokenInvalid } from './failure.ts';
import { storable } from './storable.ts';

/** Which part of a list is asked for. */
export interface PageRequest {
  /** How many items at most; from 1. */
  readonly size: number;
  /** `nextToken` of the page before; absent means the first page. */
  readonly token?: string;
}

/** A part of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the list goes on; absent at its end. */
  readonly nextToken?: string;
}

/*
 * A list goes on after the last item that was seen, and not after a number of items: what was added or removed meanwhile neither repeats an
 * item nor hides one, and the hundredth page costs as much as the first. The token is that item's place in the order. It is opaque, not secret: who changes one
 * sees another part of a list that they may see anyway.
 */

/** A list's order by time, the newest first; items of the same time by their ids. */
export interface TimePosition {
  readonly time: Date;
  readonly id: string;
}

/** What PostgreSQL would refuse is no place in a list. */
const text = z.string().refine((value) => storable(value) === value);

/** Milliseconds from 1970 to the year 9999. */
const time = z.int().min(0).max(Date.UTC(9999, 0));

const timePosition = z.tuple([time, text]);
const namePosition = z.tuple([text, text]);
const numberPosition = z.tuple([z.int32()]);
const stepPosition = z.tuple([text, text, text]);

/** @throws PageTokenInvalid */
export function timePositionOf(token: string): TimePosition {
  const [milliseconds, id] = decoded(timePosition, token);
  return { time: new Date(milliseconds), id };
}

/** @throws PageTokenInvalid */
export function namePositionOf(token: string): readonly [string, string] {
  return decoded(namePosition, token);
}

/** @throws PageTokenInvalid */
export function numberPositionOf(token: string): number {
  return decoded(numberPosition, token)[0];
}

/** @throws PageTokenInvalid */
export function stepPositionOf(token: string): readonly [string, string, string] {
  return decoded(stepPosition, token);
}

/**
 * Makes a page of what a query has found.
 *
 * @param found one item more than the page has, if there are so many: that tells whether the list goes on
 * @param position of an item in the list's order
 */
export function pageOf<Item>(
  found: readonly Item[],
  { size }: PageRequest,
  position: (item: Item) => readonly (string | number | Date)[],
): Page<Item> {
  const items = found.slice(0, size);
  const last = items.at(-1);
  if (found.length <= size || last === undefined) return { items };
  const parts = position(last).map((part) => (part instanceof Date ? part.getTime() : part));
  return { items, nextToken: Buffer.from(JSON.stringify(parts)).toString('base64url') };
}

function decoded<Position>(schema: z.ZodType<Position>, token: string): Position {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw new PageTokenInvalid();
  }
  const result = schema.safeParse(value);
  if (!result.success) throw new PageTokenInvalid();
  return result.data;
}
