import { ago } from './times.ts';

/** When a network was looked at, and why there has been no later look. */
export interface NetworkLookAge {
  readonly observedAt?: string | undefined;
  readonly stale?: { readonly since: string; readonly reason: string; readonly message: string } | undefined;
}

/** How old what is shown is: `Looked at 12s ago.` */
export function ageInWords({ observedAt }: NetworkLookAge, now: Date): string {
  return observedAt === undefined ? 'Nobody has looked yet.' : `Looked at ${ago(observedAt, now)}.`;
}

/** Why it is as old as it is; undefined where looks succeed. */
export function staleInWords({ stale }: NetworkLookAge, now: Date): string | undefined {
  if (stale === undefined) return undefined;
  return `The first look that failed was ${ago(stale.since, now)}: ${stale.message} (${stale.reason})`;
}
