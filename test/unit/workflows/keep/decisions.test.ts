import { describe, expect, test } from 'vitest';

import { driftIn, mayRestart } from '../../../../src/workflows/keep/decisions.ts';
import type { StepRecord } from '../../../../src/workflows/messages.ts';

const maintenanceWindow = { from: '22:00', to: '04:00' } as const;

/** Certificates of which the first ends then. */
function endingAt(notAfter: string): Parameters<typeof mayRestart>[1] {
  const certificate = {
    owner: 'org1/peer1',
    use: 'tls',
    serial: '1',
    notAfter,
    dueAt: '2026-05-01T00:00:00Z',
  } as const;
  return [{ certificates: [certificate], outdated: [], orderers: {} }];
}

describe('what runs by itself restarts nodes', () => {
  const at = (time: string): number => Date.parse(`2026-06-01T${time}Z`);
  const later = endingAt('2026-07-01T00:00:00Z');

  test('at any time without a maintenance window', () => {
    expect(mayRestart({}, later, at('12:00:00')).isOpen).toBe(true);
  });

  test('inside the maintenance window alone, and says when it opens', () => {
    expect(mayRestart({ maintenanceWindow }, later, at('23:00:00')).isOpen).toBe(true);
    expect(mayRestart({ maintenanceWindow }, later, at('12:00:00'))).toEqual({
      isOpen: false,
      words: 'the maintenance window opens at 2026-06-01T22:00:00.000Z',
    });
  });

  test('outside of it where a certificate would end before that opens', () => {
    expect(mayRestart({ maintenanceWindow }, endingAt('2026-06-01T21:00:00Z'), at('12:00:00')).isOpen).toBe(true);
  });
});

test('what a plan would change is drift, but for those whose renewal waits', () => {
  const step = (target: string, outcome: StepRecord['outcome']): StepRecord => ({
    ...{ step: 'applyDeployment', target, outcome },
    ...{ attempts: 1, seconds: 0, reason: '' },
  });
  const plan = [step('org1/peer1', 'updated'), step('org1/peer2', 'updated'), step('org1/peer3', 'unchanged')];
  expect(driftIn(plan, new Set(['org1/peer2'])).map(({ target }) => target)).toEqual(['org1/peer1']);
});
