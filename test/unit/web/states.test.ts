import { describe, expect, it } from 'vitest';

import {
  partWord,
  readinessWord,
  runWord,
  stepWord,
  type StateWord,
  type SteppedWork,
} from '../../../src/web/model/states.ts';

const step = (facts: Partial<SteppedWork>): SteppedWork => ({ outcome: 'running', attempts: 0, reason: '', ...facts });

describe('the word of a step', () => {
  it.each([
    ['begins', step({}), 'Running'],
    ['waits for something', step({ reason: 'VolumeUnbound' }), 'Waiting'],
    ['was tried before', step({ attempts: 2, reason: 'no answer' }), 'Retrying'],
    ['gave up', step({ outcome: 'failed', attempts: 3 }), 'Failed'],
    ['had nothing to do', step({ outcome: 'unchanged' }), 'Unchanged'],
  ])('that %s', (_, work, word) => {
    expect(stepWord(work).word).toBe(word);
  });
});

describe('the word of a part of a network', () => {
  it('is what a run does to it, before how it was seen last', () => {
    expect(partWord('ready').word).toBe('Ready');
    expect(partWord('ready', { step: 'applyDeployment', attempt: 1, reason: '' }).word).toBe('Working');
    expect(partWord('notReady', { step: 'awaitRollout', attempt: 1, reason: 'VolumeUnbound' }).word).toBe('Waiting');
    expect(partWord('notReady', { step: 'awaitRollout', attempt: 4, reason: 'ImagePullBackOff' }).word).toBe(
      'Retrying',
    );
  });
});

describe('two states', () => {
  it('that have different words are told apart by their shapes as well, within what can stand side by side', () => {
    const outcomes = ['running', 'unchanged', 'created', 'failed', 'cancelled'] as const;
    const families: StateWord[][] = [
      outcomes.map((outcome) => stepWord(step({ outcome }))),
      (['ready', 'notReady', 'missing', 'unknown'] as const).map((state) => partWord(state)),
      (['True', 'False', 'Unknown'] as const).map(readinessWord),
      (['running', 'done', 'not ready', 'failed', 'cancelled'] as const).map(runWord),
    ];
    for (const words of families) {
      expect(new Set(words.map(({ shape }) => shape)).size).toBe(new Set(words.map(({ word }) => word)).size);
    }
  });
});
