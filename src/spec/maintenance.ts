import type { MaintenanceWindow } from './network.ts';

/*
 * When what restarts by itself may restart. All times are UTC: a network has no time zone of its own.
 */

const DAY_MS = 24 * 3_600_000;

/** Names as JavaScript counts them, from Sunday. */
export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/**
 * Whether a moment lies in a window. One that ends before it begins goes over midnight, and belongs to the day on which it begins.
 *
 * @param now milliseconds since 1970
 */
export function isInWindow(window: MaintenanceWindow, now: number): boolean {
  return [now, now - DAY_MS].some((day) => {
    const opening = openingOn(window, day);
    return opening !== undefined && opening <= now && now < opening + lengthOf(window);
  });
}

/** When a window opens next, in milliseconds since 1970. @param now the same */
export function nextOpening(window: MaintenanceWindow, now: number): number {
  // A week has every weekday that a window can name.
  for (let ahead = 0; ahead <= WEEKDAYS.length; ahead += 1) {
    const opening = openingOn(window, now + ahead * DAY_MS);
    if (opening !== undefined && opening > now) return opening;
  }
  return Infinity;
}

/** When it opens on the day of a moment; undefined if it does not. */
function openingOn({ days, from }: MaintenanceWindow, moment: number): number | undefined {
  const midnight = Math.floor(moment / DAY_MS) * DAY_MS;
  const weekday = WEEKDAYS[new Date(midnight).getUTCDay()];
  const isNamed = days === undefined || days.some((day) => day === weekday);
  return isNamed ? midnight + timeOfDay(from) : undefined;
}

function lengthOf({ from, to }: MaintenanceWindow): number {
  const length = timeOfDay(to) - timeOfDay(from);
  return length > 0 ? length : length + DAY_MS;
}

/** Milliseconds since midnight of a time such as `22:30`. */
function timeOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}
