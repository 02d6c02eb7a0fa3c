const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/**
 * A duration in the two units that matter, as `4m31s` or `3d 4h`.
 *
 * @param seconds not negative
 */
export function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole < MINUTE_S) return `${whole}s`;
  if (whole < HOUR_S) return `${Math.floor(whole / MINUTE_S)}m${String(whole % MINUTE_S).padStart(2, '0')}s`;
  if (whole < DAY_S) return `${Math.floor(whole / HOUR_S)}h ${Math.floor((whole % HOUR_S) / MINUTE_S)}m`;
  return `${Math.floor(whole / DAY_S)}d ${Math.floor((whole % DAY_S) / HOUR_S)}h`;
}

/** How long ago something was, as `2m05s ago`; `just now` within five seconds. */
export function ago(time: string, now: Date): string {
  const seconds = secondsBetween(time, now);
  return seconds < 5 ? 'just now' : `${duration(seconds)} ago`;
}

/** How long until something, as `in 8s`; `now` where it is due. */
export function until(time: string, now: Date): string {
  const seconds = (new Date(time).getTime() - now.getTime()) / 1_000;
  return seconds < 1 ? 'now' : `in ${duration(seconds)}`;
}

export function secondsBetween(time: string, now: Date): number {
  return Math.max(0, (now.getTime() - new Date(time).getTime()) / 1_000);
}

/** Date and time without seconds, UTC: people of several time zones speak of the same network. */
export function dateTime(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}
