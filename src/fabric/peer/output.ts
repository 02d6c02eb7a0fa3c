import type { z } from 'zod';

import { FabricError } from '../error.ts';

/**
 * Reads JSON that the peer program printed.
 *
 * @param task what it was to do, for error messages, e.g. `Listing installed chaincodes`
 * @throws FabricError `unexpected` if the text is not JSON of this shape: what cannot be read is not nothing
 */
export function readAnswer<Result>(answer: z.ZodType<Result>, task: string, text: string): Result {
  const parsed = answer.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'all of it').join(', ');
  throw new FabricError('unexpected', `${task} gave an answer that Weft cannot read: ${where}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
