import {
  ApplicationFailure,
  CancelledFailure,
  noopMetricMeter,
  type MetricMeter,
  type MetricTags,
} from '@temporalio/common';
import { expect, test } from 'vitest';

import { stepMetrics } from '../../../src/worker/step-metrics.ts';

interface Recorded {
  readonly metric: string;
  readonly value: number;
  readonly tags: MetricTags;
}

/** Attempts at a step, and what was recorded of them. */
async function recorded(
  attempt: () => Promise<unknown>,
): Promise<{ readonly records: Recorded[]; readonly ended: unknown }> {
  const records: Recorded[] = [];
  const record =
    (metric: string) =>
    (value: number, tags: MetricTags = {}) => {
      records.push({ metric, value, tags });
    };
  const meter: MetricMeter = {
    createCounter: (name) => ({ ...noopMetricMeter.createCounter(name), add: record(name) }),
    createHistogram: (name) => ({ ...noopMetricMeter.createHistogram(name), record: record(name) }),
    createGauge: (name) => noopMetricMeter.createGauge(name),
    withTags: () => meter,
  };
  const { inbound } = stepMetrics({ metricMeter: meter, info: { activityType: 'joinPeer' } });
  const ended = await inbound?.execute?.({ args: [], headers: {} }, attempt).catch((error: unknown) => error);
  return { records, ended };
}

test('an attempt at a step is counted by what it did, with how long it took', async () => {
  const { records, ended } = await recorded(() => Promise.resolve({ outcome: 'created', reason: '' }));
  expect(ended).toEqual({ outcome: 'created', reason: '' });
  expect(records).toEqual([
    { metric: 'weft_step_attempts', value: 1, tags: { step: 'joinPeer', outcome: 'created' } },
    { metric: 'weft_step_attempt_seconds', value: expect.any(Number) as number, tags: { step: 'joinPeer' } },
  ]);
});

test('an activity that only looks is counted as answered', async () => {
  const { records } = await recorded(() => Promise.resolve(['org1']));
  expect(records[0]?.tags).toEqual({ step: 'joinPeer', outcome: 'answered' });
});

test.each([
  ['permanent', ApplicationFailure.nonRetryable('gone', 'StateLost'), 'StateLost'],
  ['retryable', ApplicationFailure.retryable('no leader', 'NoRaftLeader'), 'NoRaftLeader'],
])('a %s failure is counted by its name, and is passed on', async (kind, failure, name) => {
  const { records, ended } = await recorded(() => Promise.reject(failure));
  expect(ended).toBe(failure);
  expect(records.map(({ metric, tags }) => ({ metric, ...tags }))).toEqual([
    { metric: 'weft_step_attempts', step: 'joinPeer', outcome: 'failed' },
    { metric: 'weft_step_attempt_seconds', step: 'joinPeer' },
    { metric: 'weft_step_failures', step: 'joinPeer', failure: name, kind },
  ]);
});

test('an attempt that is cancelled is no failure', async () => {
  const { records } = await recorded(() => Promise.reject(new CancelledFailure('cancelled')));
  expect(records.map(({ metric, tags }) => [metric, tags['outcome']])).toEqual([
    ['weft_step_attempts', 'cancelled'],
    ['weft_step_attempt_seconds', undefined],
  ]);
});
