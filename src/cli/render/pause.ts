import type { RunPause } from '../../workflows/messages.ts';
import { inWords, secondsBetween } from './duration.ts';

/** e.g. `paused by ana@laptop for 5m: the cluster is being upgraded` */
export function pauseInWords({ by, reason, since }: RunPause, now: Date): string {
  const who = by === '' ? '' : ` by ${by}`;
  const age = inWords(Math.max(0, Math.floor(secondsBetween(new Date(since), now))));
  return `paused${who} for ${age}${reason === '' ? '' : `: ${reason}`}`;
}
