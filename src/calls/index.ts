export { repeated, repeatedWrite, type PassingFailure, type RepeatOptions } from './repeat.ts';
