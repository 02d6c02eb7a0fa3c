import { DefaultFailureConverter } from '@temporalio/common';

/** Moves messages and stacks of failures into a payload, where the codec reaches them. Part of the workflows' bundle. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
