import { createHash } from 'node:crypto';

/**
 * Identifies what a run was asked to do, so that a second request for the same can join it.
 *
 * @param operation - what is done, options that change the result included, e.g. `down --keep-data`.
 * @param subject - what it is done to, as plain JSON (a completed description or a network's name).
 * @returns a hexadecimal SHA-256 that does not depend on the order of an object's keys.
 */
export function fingerprint(operation: string, subject: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([operation, canonical(subject)]))
    .digest('hex');
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => [key, canonical(member)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
