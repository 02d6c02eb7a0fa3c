import { z } from 'zod';

import { remediesOfReasons } from '../../spec/index.ts';
import type { Condition } from '../../workflows/messages.ts';
import { remedyInWords } from '../problems/remedy.ts';

export const conditionSchema = z
  .object({
    type: z.string(),
    status: z
      .enum(['True', 'False', 'Unknown'])
      .describe('Unknown where it could not be found out; only True is good.'),
    since: z.string().optional(),
    reason: z.string(),
    message: z.string(),
    causes: z
      .array(z.string())
      .readonly()
      .optional()
      .describe(
        'Reasons of the objects that keep it from being true, e.g. ImagePullBackOff; absent where none is known.',
      ),
    remedies: z.array(z.string()).readonly().optional().describe('What helps; absent where nothing is known to.'),
  })
  .meta({ title: 'Condition' });

/** A condition as it is told. */
export function conditionResource(condition: Condition): z.infer<typeof conditionSchema> {
  const remedies = remediesOfReasons(condition.causes ?? []).flatMap((remedy) => remedyInWords(remedy) ?? []);
  return { ...condition, ...(remedies.length === 0 ? {} : { remedies }) };
}
