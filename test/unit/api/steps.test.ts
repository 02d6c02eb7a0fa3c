import { describe, expect, it } from 'vitest';

import { changedSteps, storedStep, withWaiting } from '../../../src/api/runs/steps.ts';
import { step } from './harness.ts';

describe('between two looks at a run', () => {
  it('what began, ended, was tried again or waits for something else has changed, and nothing else has', () => {
    const running = { ...step('running', 'org1/a'), attempts: 0 };
    const before = [
      running,
      step('created', 'org1/b'),
      { ...running, target: 'org1/c' },
      { ...running, target: 'org1/d' },
    ];
    const after = [
      step('created', 'org1/a'),
      step('created', 'org1/b'),
      { ...running, target: 'org1/c', attempts: 1 },
      { ...running, target: 'org1/d', reason: 'the image is being pulled' },
      { ...running, target: 'org1/e' },
    ];
    const changed = changedSteps(before, after).map(({ target }) => target);
    expect(changed).toEqual(['org1/a', 'org1/c', 'org1/d', 'org1/e']);
  });
});

describe('a step that waits', () => {
  it('says what for, and which attempt it is', () => {
    const waiting = { reason: 'ImagePullFailed', message: 'basic:1.0 is not there', attempt: 3 };
    expect(withWaiting({ ...step('running'), attempts: 0, waiting })).toMatchObject({
      outcome: 'running',
      attempts: 2,
      reason: 'ImagePullFailed: basic:1.0 is not there',
    });
  });

  it('for nothing is as it is', () => {
    expect(withWaiting(step('running'))).toEqual(step('running'));
  });
});

describe('a step that is kept', () => {
  it.each([
    ['under way for the first time', 'running', 0, 1],
    ['under way for the third time', 'running', 2, 3],
    ['done at the third attempt', 'created', 3, 3],
    ['recorded without being run', 'unchanged', 0, 0],
  ] as const)('%s has the place of its attempt', (_, outcome, attempts, attempt) => {
    const at = new Date();
    const kept = storedStep({ ...step(outcome), attempts }, at);
    expect(kept).toMatchObject({ attempt, outcome });
    expect(kept.finishedAt).toEqual(outcome === 'running' ? undefined : at);
  });
});
