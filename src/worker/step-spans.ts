import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInterceptors } from '@temporalio/worker';
import { z } from 'zod';

import { atPlace, inSpan, type TraceCarrier } from '../tracing/index.ts';
import { TRACE_HEADER } from '../workflows/messages.ts';

/** What is known of an attempt beforehand. */
interface TracedAttempt {
  readonly info: {
    readonly activityType: string;
    readonly attempt: number;
    readonly workflowExecution?: { readonly workflowId: string; readonly runId: string } | undefined;
  };
}

/** Makes a span of each attempt of an activity, below what has asked for its run. */
export function stepSpans({ info }: TracedAttempt): ActivityInterceptors {
  const { activityType: step, attempt, workflowExecution } = info;
  return {
    inbound: {
      execute: (input, next) => {
        const [, target] = input.args;
        const attributes = {
          'weft.step': step,
          'weft.attempt': attempt,
          ...(typeof target === 'string' ? { 'weft.target': target } : {}),
          ...(workflowExecution === undefined ? {} : { 'temporal.workflow.id': workflowExecution.workflowId }),
        };
        return atPlace(carrierOf(input.headers), () => inSpan(step, { attributes }, () => next(input)));
      },
    },
  };
}

const carrierSchema = z.record(z.string(), z.string());

/** Whoever starts a run may send anything as a header: what is no place of a trace is none. */
function carrierOf(
  headers: Parameters<NonNullable<NonNullable<ActivityInterceptors['inbound']>['execute']>>[0]['headers'],
): TraceCarrier {
  const payload = headers[TRACE_HEADER];
  if (payload === undefined) return {};
  try {
    return carrierSchema.safeParse(defaultPayloadConverter.fromPayload(payload)).data ?? {};
  } catch {
    return {};
  }
}
