import { z } from 'zod';

import {
  dnsNameFormat,
  environmentNameFormat,
  quantityFormat,
  resourceNameFormat,
  secretKeyFormat,
  type Format,
} from './formats.ts';

/*
 * The kinds of values that fields of a description have, each with the words that refuse another one.
 */

/** A text of one form. The length comes first: a pattern must not be tried on a megabyte. */
export function text({ pattern, longest, words }: Format): z.ZodString {
  // Quotes make a text of a number, but of 2 no duration.
  const error = ({ input }: { input?: unknown }): string | undefined =>
    typeof input === 'number' && !pattern.test(String(input)) ? `must be ${words}` : undefined;
  return z
    .string({ error })
    .max(longest, { error: `must have at most ${longest} characters`, abort: true })
    .regex(pattern, { error: `must be ${words}` });
}

export function wholeNumber(least: number, most: number, otherwise = ''): z.ZodInt {
  const error = `must be a whole number from ${least} to ${most}${otherwise}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

/** The largest number that Fabric's protocol buffers hold in a uint32. */
const MOST_UINT32 = 2 ** 32 - 1;

/** A number that Fabric does not take to be zero. */
export function positiveNumber(most: number = MOST_UINT32): z.ZodInt {
  return wholeNumber(1, most);
}

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  ...words: Words
): z.ZodEnum<{ [Word in Words[number]]: Word }> {
  return z.enum(words, { error: `must be ${words.join(' or ')}` });
}

const amounts = z.record(text(resourceNameFormat), text(quantityFormat));

/** What a pod needs and may use. */
export const resources = z
  .strictObject({
    requests: amounts.optional().describe('What the scheduler reserves, e.g. cpu: 50m, memory: 128Mi.'),
    limits: amounts.optional().describe('What the pod may use at most.'),
  })
  .optional()
  .describe('Kubernetes resource requests and limits. Replaces the default requests as a whole.');

export const environment = z.record(text(environmentNameFormat), z.string());

/** Environment variables whose values stand in Secrets, which somebody else makes: they enter no description and no history. */
export const environmentFrom = z.record(
  text(environmentNameFormat),
  z.strictObject({
    secret: text(dnsNameFormat).describe('Name of a Secret in the namespace of the organization.'),
    key: text(secretKeyFormat).describe('Key in it whose value the variable gets.'),
  }),
);
