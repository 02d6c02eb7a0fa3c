import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

import { currentPlace, inSpan } from '../tracing/index.ts';
import { TRACE_HEADER } from '../workflows/messages.ts';

/** Gives each run that is started its place in the trace of whoever starts it. */
export const traceStarts: WorkflowClientInterceptor = {
  startWithDetails: (input, next) => {
    const { workflowType, options } = input;
    const attributes = { 'temporal.workflow.id': options.workflowId };
    return inSpan(`start ${workflowType}`, { kind: 'client', attributes }, () => next(withPlace(input)));
  },
};

function withPlace<
  Input extends {
    readonly headers: Parameters<NonNullable<WorkflowClientInterceptor['startWithDetails']>>[0]['headers'];
  },
>(input: Input): Input {
  const place = currentPlace();
  if (Object.keys(place).length === 0) return input;
  return { ...input, headers: { ...input.headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(place) } };
}
