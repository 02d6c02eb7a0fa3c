import { z } from 'zod';

import { descriptionSchema } from './description.ts';

/** JSON Schema (draft 2020-12) of what a user writes, for editors: `weft schema > network.schema.json`. Fields whose names begin with `x-` are the user's own. */
export function networkJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(descriptionSchema, { io: 'input' });
  return { $schema, title: 'Weft network description', ...schema, patternProperties: { '^x-': {} } };
}
