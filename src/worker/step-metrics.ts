import { ApplicationFailure, CancelledFailure, type MetricMeter, type MetricTags } from '@temporalio/common';
import type { ActivityInterceptors, PrometheusMetricsExporter } from '@temporalio/worker';

/*
 * What the SDK's own metrics do not tell of activities: what steps did, and by which of Weft's names they failed.
 */

/** Counts attempts at steps, by what became of them. */
export const ATTEMPTS = 'weft_step_attempts';
/** Counts attempts that failed, by the name of the failure. */
export const FAILURES = 'weft_step_failures';
/** How many steps a worker could begin now. */
export const FREE_PLACES = 'weft_step_places_free';
/** How long attempts took, in seconds. */
export const SECONDS = 'weft_step_attempt_seconds';

/** In seconds: from a look at the cluster to the longest wait for a rollout. */
export const SECONDS_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Has the SDK serve its metrics and these for Prometheus. @param address where, as `host:port` */
export function prometheusMetrics(address: string): PrometheusMetricsExporter {
  return { prometheus: { bindAddress: address, histogramBucketOverrides: { [SECONDS]: SECONDS_BUCKETS } } };
}

/** Tells how many steps could begin now. */
export function freePlaces(meter: MetricMeter): (free: number) => void {
  const gauge = meter.createGauge(FREE_PLACES, 'int', undefined, 'How many steps the worker could begin now');
  return (free) => {
    gauge.set(free);
  };
}

/** What is known of an attempt beforehand. */
interface Attempt {
  readonly metricMeter: MetricMeter;
  readonly info: { readonly activityType: string };
}

/** Measures each attempt of an activity. */
export function stepMetrics({ metricMeter, info }: Attempt): ActivityInterceptors {
  const step = info.activityType;
  const attempts = metricMeter.createCounter(ATTEMPTS, undefined, 'Attempts at steps, by what became of them');
  const failures = metricMeter.createCounter(FAILURES, undefined, 'Attempts that failed, by the name of the failure');
  const seconds = metricMeter.createHistogram(
    SECONDS,
    'float',
    undefined,
    'How long attempts at steps took, in seconds',
  );
  return {
    inbound: {
      execute: async (input, next) => {
        const begun = performance.now();
        const tell = (tags: MetricTags): void => {
          attempts.add(1, { step, ...tags });
          seconds.record((performance.now() - begun) / 1000, { step });
        };
        try {
          const result = await next(input);
          tell({ outcome: outcomeOf(result) });
          return result;
        } catch (error) {
          tell({ outcome: error instanceof CancelledFailure ? 'cancelled' : 'failed' });
          if (error instanceof ApplicationFailure) {
            const isPermanent = error.nonRetryable === true;
            failures.add(1, { step, failure: error.type ?? '', kind: isPermanent ? 'permanent' : 'retryable' });
          }
          throw error;
        }
      },
    },
  };
}

/** What a step did; `answered` for an activity that only looks. */
function outcomeOf(result: unknown): string {
  const isStep = typeof result === 'object' && result !== null && 'outcome' in result;
  return isStep && typeof result.outcome === 'string' ? result.outcome : 'answered';
}
