import type { Payload } from '@temporalio/common';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

import { TRACE_HEADER } from '../messages.ts';

/*
 * A run's place in a trace goes from its start to every activity and child workflow, so that spans of steps are below the span of the request that has asked for
 * the run. Workflows only hand it on, as it came: nothing of a history depends on whether anybody traces.
 */

export const interceptors: WorkflowInterceptorsFactory = () => {
  let place: Payload | undefined;
  const withPlace = <Input extends { readonly headers: Record<string, Payload> }>(input: Input): Input =>
    place === undefined ? input : { ...input, headers: { ...input.headers, [TRACE_HEADER]: place } };
  return {
    inbound: [
      {
        execute: (input, next) => {
          place = input.headers[TRACE_HEADER];
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(withPlace(input)),
        startChildWorkflowExecution: (input, next) => next(withPlace(input)),
      },
    ],
  };
};
