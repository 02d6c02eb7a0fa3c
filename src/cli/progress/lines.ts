import { clockTime } from '../render/duration.ts';
import type { Change } from './changes.ts';

/** Wide enough for the longest usual word, so that the subjects stand in a column. */
const WORD_WIDTH = 'milestone'.length;

/** One grep-able line: time, word, subject, `key=value` pairs; values with blanks are quoted. */
export function plainLine({ word, subject, fields }: Change, time: Date): string {
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${quoted(value)}`);
  return [clockTime(time), word.padEnd(WORD_WIDTH), quoted(subject), ...pairs].join(' ');
}

/** The same as one JSON object on one line. */
export function jsonLine({ word, subject, fields }: Change, time: Date): string {
  return JSON.stringify({ time: time.toISOString(), event: word, subject, ...fields });
}

function quoted(value: string | number): string {
  const text = String(value);
  return text === '' || /[\s"=]/.test(text) ? JSON.stringify(text) : text;
}
