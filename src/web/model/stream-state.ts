/** How what happens in a run comes to the page. */
export type StreamState = 'connecting' | 'live' | 'broken' | 'ended';

/** In milliseconds. The server says every 15 s that it is still there: two of those have been missed, with time for a slow line. */
export const SILENCE_MS = 35_000;

/** In milliseconds: how long the page waits until it connects again, unless the server says how long. */
export const RECONNECT_MS = 3_000;

/** In milliseconds: how often a run is asked for, however its events come. While they come, asking is for those that were lost. */
export function pollEveryMs(state: StreamState): number {
  return state === 'live' ? 15_000 : 2_000;
}

/**
 * What stands above a run whose events do not come; undefined where they do, or where none are awaited.
 *
 * @param sinceHeardMs since something came last
 */
export function streamBanner(state: StreamState, sinceHeardMs: number): string | undefined {
  if (state !== 'broken') return undefined;
  return `No event for ${Math.max(1, Math.floor(sinceHeardMs / 1_000))} s, reconnecting. Until then the page asks every 2 s.`;
}
