export { repeated, repeatedWrite, type PassingFailure, type RepeatOptions } from './repeat.ts';
export { retryAfterMs } from './retry-after.ts';
