import { z } from 'zod';

/** A switch in the query of a request, which is off unless it is set. */
export const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');
