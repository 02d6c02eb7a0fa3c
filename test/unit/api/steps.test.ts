import { describe, expect, it } from 'vitest';

import { remedyInWords } from '../../../src/api/problems/remedy.ts';
import { stepSummary } from '../../../src/api/runs/steps.ts';
import type { LatestAttempt } from '../../../src/database/index.ts';

const WAITING: LatestAttempt = {
  ...{ path: '', step: 'awaitRollout', target: 'org1/peer1', attempt: 1 },
  ...{ outcome: 'running', stepOutcome: 'running', type: 'VolumeFull', reason: 'no space left', seconds: 3 },
};

describe('a step', () => {
  it('that waits says what helps', () => {
    const { remedy } = stepSummary('up-1', WAITING);
    expect(remedy).toBe(remedyInWords({ kind: 'changeDescription', field: 'storage' }));
  });

  it('that waits for what passes, or is done, needs no help', () => {
    expect(stepSummary('up-1', { ...WAITING, type: 'RollingOut' })).not.toHaveProperty('remedy');
    expect(stepSummary('up-1', { ...WAITING, outcome: 'created', stepOutcome: 'created' })).not.toHaveProperty(
      'remedy',
    );
  });
});
