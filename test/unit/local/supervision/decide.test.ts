import { describe, expect, it } from 'vitest';

import type { ProcessRecord } from '../../../../src/local/process/record.ts';
import { ended, followed, nextStep, restarted, type Sight } from '../../../../src/local/supervision/decide.ts';
import type { SupervisedProcess } from '../../../../src/local/supervision/supervised.ts';

const now = new Date('2026-01-01T12:00:00Z');

function ago(seconds: number): string {
  return new Date(now.getTime() - seconds * 1_000).toISOString();
}

const record: ProcessRecord = {
  ...{ pid: 7, startTime: '100', bootId: 'boot', command: ['worker'], settings: {} },
  startedAt: ago(3_600),
};
const another: ProcessRecord = { ...record, startTime: '200' };
const known = followed(record);
const lastEnd = { at: now.toISOString(), reason: 'exit code 3', lastLine: '' };

describe('what is done about a process', () => {
  it.each<[string, Sight, SupervisedProcess | undefined, object]>([
    ['none was ever started', { record: undefined, isRunning: false }, undefined, { action: 'none' }],
    ['a command has ended it', { record: undefined, isRunning: false }, known, { action: 'forget' }],
    ['a command has started it', { record, isRunning: true }, undefined, { action: 'follow' }],
    ['a command has put another in its place', { record: another, isRunning: true }, known, { action: 'follow' }],
    ['the machine was started anew', { record, isRunning: false }, { ...known, bootId: 'other' }, { action: 'follow' }],
    ['it runs', { record, isRunning: true }, known, { action: 'none' }],
    ['it has ended', { record, isRunning: false }, known, { action: 'note' }],
    [
      'it has ended, and its pause is not over',
      { record, isRunning: false },
      { ...known, nextStart: ago(-2) },
      { action: 'wait', milliseconds: 2_000 },
    ],
    [
      'it has ended, and its pause is over',
      { record, isRunning: false },
      { ...known, nextStart: ago(0) },
      { action: 'start' },
    ],
    [
      'it has ended, and nobody knows what it was started with',
      { record, isRunning: false },
      { ...known, isEnvironmentUnknown: true },
      { action: 'none' },
    ],
  ])('%s', (_case, sight, before, step) => {
    expect(nextStep(sight, before, now)).toEqual(step);
  });
});

describe('when a process that has ended is started again', () => {
  it.each([
    ['it ran for an hour: at once', 3_600, 0, 0],
    ['it ran for an hour after some bad starts: at once', 3_600, 5, 0],
    ['it ran for half a minute: at once', 30, 3, 0],
    ['it ran for a moment', 1, 0, 500],
    ['the second time in a row', 1, 1, 1_000],
    ['the third', 29, 2, 2_000],
    ['the sixth', 1, 5, 16_000],
    ['the seventh, and from then on', 1, 6, 30_000],
    ['the thousandth', 1, 2_000, 30_000],
  ])('%s', (_case, ranForSeconds, quickEnds, pause) => {
    const before = { ...known, startedAt: ago(ranForSeconds), quickEnds };
    const { nextStart = '' } = ended(before, lastEnd, now);
    expect(Date.parse(nextStart) - now.getTime()).toBe(pause);
  });

  it('counts restarts, and keeps how it ended last', () => {
    const after = restarted(ended({ ...known, restarts: 4 }, lastEnd, now), another);
    expect(after).toMatchObject({ startTime: '200', restarts: 5, lastEnd });
    expect(after.nextStart).toBeUndefined();
  });
});
