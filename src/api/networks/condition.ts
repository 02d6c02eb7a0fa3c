import { z } from 'zod';

export const conditionSchema = z
  .object({
    type: z.string(),
    status: z
      .enum(['True', 'False', 'Unknown'])
      .describe('Unknown where it could not be found out; only True is good.'),
    since: z.string().optional(),
    reason: z.string(),
    message: z.string(),
  })
  .meta({ title: 'Condition' });
