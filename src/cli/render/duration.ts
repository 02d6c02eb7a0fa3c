/** `0.4s`, `3s`, `21s`, `4m31s`, `2h05m`: short enough for a column, exact enough to compare. */
export function inWords(seconds: number): string {
  if (seconds < 9.95 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}m${twoDigits(whole % 60)}s`;
  return `${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`;
}

/** `4m12s`, `2h05m`, `12d`: how long ago something was. */
export function ageInWords(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  return days < 2 ? inWords(Math.floor(seconds)) : `${days}d`;
}

/** Seconds between two times, never negative. */
export function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, (to.getTime() - from.getTime()) / 1000);
}

/** `hh:mm:ss` of the local day. */
export function clockTime(time: Date): string {
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':');
}

/**
 * Reads a duration such as `90s`, `30m` or `1h30m`.
 *
 * @returns milliseconds, or undefined if the text is no duration above zero.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(?:(?<hours>\d+)h)?(?:(?<minutes>\d+)m)?(?:(?<seconds>\d+)s)?$/.exec(text);
  const { hours = '0', minutes = '0', seconds = '0' } = match?.groups ?? {};
  const total = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return total > 0 ? total : undefined;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
