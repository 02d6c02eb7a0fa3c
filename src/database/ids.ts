import { randomBytes } from 'node:crypto';

/** Among a hundred thousand ids two are the same with a chance of one in fifty thousand, and then the second is refused. */
const ID_BYTES = 6;

/** A new id that says what it is of: `up-5f0c2d1e9a7b`. */
export function newId(kind: string): string {
  return `${kind}-${randomBytes(ID_BYTES).toString('hex')}`;
}
