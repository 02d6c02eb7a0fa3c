import { describe, expect, test } from 'vitest';

import { isInWindow, nextOpening } from '../../../src/spec/index.ts';

// 2026-06-05 is a Friday.
const OVER_NIGHT = { days: ['friday'], from: '22:30', to: '04:00' } as const;
const BY_DAY = { from: '09:00', to: '10:30' } as const;

describe('a maintenance window', () => {
  test.each([
    [OVER_NIGHT, '2026-06-05T22:29:59Z', false],
    [OVER_NIGHT, '2026-06-05T22:30:00Z', true],
    [OVER_NIGHT, '2026-06-06T03:59:59Z', true],
    [OVER_NIGHT, '2026-06-06T04:00:00Z', false],
    [OVER_NIGHT, '2026-06-06T22:45:00Z', false],
    [OVER_NIGHT, '2026-06-05T03:00:00Z', false],
    [BY_DAY, '2026-06-05T08:59:59Z', false],
    [BY_DAY, '2026-06-05T09:00:00Z', true],
    [BY_DAY, '2026-06-06T10:29:59Z', true],
    [BY_DAY, '2026-06-06T10:30:00Z', false],
  ])('%j at %s is open: %s', (window, now, open) => {
    expect(isInWindow(window, Date.parse(now))).toBe(open);
  });

  test.each([
    [OVER_NIGHT, '2026-06-05T12:00:00Z', '2026-06-05T22:30:00.000Z'],
    [OVER_NIGHT, '2026-06-05T22:30:00Z', '2026-06-12T22:30:00.000Z'],
    [BY_DAY, '2026-06-05T08:00:00Z', '2026-06-05T09:00:00.000Z'],
    [BY_DAY, '2026-06-05T09:30:00Z', '2026-06-06T09:00:00.000Z'],
  ])('%j after %s opens next at %s', (window, now, opening) => {
    expect(new Date(nextOpening(window, Date.parse(now))).toISOString()).toBe(opening);
  });
});
