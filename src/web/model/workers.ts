import { duration, secondsBetween } from './times.ts';

/** A cluster whose steps nobody does. */
export interface ClusterWithoutWorker {
  readonly cluster: string;
  readonly since: string;
}

/** `No worker for prod-eu since 40s`, the one that is missed longest first; undefined where none is missed. */
export function withoutWorkerInWords(missing: readonly ClusterWithoutWorker[], now: Date): string | undefined {
  if (missing.length === 0) return undefined;
  const told = missing
    .toSorted((one, other) => one.since.localeCompare(other.since))
    .map(({ cluster, since }) => `${cluster} since ${duration(secondsBetween(since, now))}`);
  return `No worker for ${told.join(', ')}`;
}
