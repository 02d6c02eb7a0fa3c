import { describe, expect, it } from 'vitest';

import { worstCondition } from '../../../src/web/model/conditions.ts';
import { neighbour } from '../../../src/web/model/neighbour.ts';
import { stepGroups, type GroupedStep } from '../../../src/web/model/step-groups.ts';
import { ago, duration, until } from '../../../src/web/model/times.ts';
import { withoutWorkerInWords } from '../../../src/web/model/workers.ts';

describe('a duration', () => {
  it.each([
    [0, '0s'],
    [59.9, '59s'],
    [61, '1m01s'],
    [3_700, '1h 1m'],
    [90_000, '1d 1h'],
  ])('of %d seconds is %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('is told from now on, and up to now', () => {
    const now = new Date('2026-11-26T10:00:00Z');
    expect(until('2026-11-26T10:00:08Z', now)).toBe('in 8s');
    expect(until('2026-11-26T09:59:00Z', now)).toBe('now');
    expect(ago('2026-11-26T09:58:00Z', now)).toBe('2m00s ago');
    expect(ago('2026-11-26T10:00:03Z', now)).toBe('just now');
  });
});

describe('clusters without a worker', () => {
  it('are told with since when, the one that is missed longest first', () => {
    const now = new Date('2026-11-26T10:00:00Z');
    const [eu, us] = [
      { cluster: 'prod-eu', since: '2026-11-26T09:59:20Z' },
      { cluster: 'prod-us', since: '2026-11-26T09:58:00Z' },
    ];
    expect(withoutWorkerInWords([eu, us], now)).toBe('No worker for prod-us since 2m00s, prod-eu since 40s');
    expect(withoutWorkerInWords([], now)).toBeUndefined();
  });
});

describe('the condition that is shown of a network', () => {
  it('is a false one before an unknown one, and none where all are true', () => {
    const [good, unclear, bad] = [{ status: 'True' }, { status: 'Unknown' }, { status: 'False' }] as const;
    expect(worstCondition([good, unclear, bad])).toBe(bad);
    expect(worstCondition([good, unclear])).toBe(unclear);
    expect(worstCondition([good])).toBeUndefined();
  });
});

describe('an arrow key', () => {
  const grid = [
    { id: 'a1', x: 0, y: 0 },
    { id: 'b1', x: 300, y: 10 },
    { id: 'a2', x: 0, y: 70 },
    { id: 'b2', x: 300, y: 80 },
  ];
  const [a1, b1] = grid as [(typeof grid)[0], (typeof grid)[0]];

  it('goes to what is nearest in its direction, and nowhere at the edge', () => {
    expect(neighbour(a1, grid, 'ArrowRight')?.id).toBe('b1');
    expect(neighbour(a1, grid, 'ArrowDown')?.id).toBe('a2');
    expect(neighbour(b1, grid, 'ArrowLeft')?.id).toBe('a1');
    expect(neighbour(a1, grid, 'ArrowUp')).toBeUndefined();
  });
});

describe('the steps of a run', () => {
  const step = (target: string, outcome: GroupedStep['outcome'], reason = ''): GroupedStep => ({
    ...{ step: 'applyDeployment', target, outcome, reason },
    attempts: 1,
  });
  const steps = [
    step('org1/ca', 'created'),
    step('org1/peer1', 'running', 'VolumeUnbound'),
    step('org1/peer2', 'failed'),
    step('org2/peer1', 'unchanged'),
  ];

  it('are by what they are done to, and what failed comes first', () => {
    const groups = stepGroups(steps, false);
    expect(groups.map(({ name, done, total, hasFailed }) => ({ name, done, total, hasFailed }))).toEqual([
      { name: 'org1', done: 1, total: 3, hasFailed: true },
      { name: 'org2', done: 1, total: 1, hasFailed: false },
    ]);
    expect(groups[0]?.steps.map(({ target }) => target)).toEqual(['org1/peer2', 'org1/peer1', 'org1/ca']);
  });

  it('that are done can be left out, with what has nothing else', () => {
    expect(stepGroups(steps, true).map(({ name }) => name)).toEqual(['org1']);
  });
});
