import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';

import { servers } from '../api/harness.ts';

const start = servers();

const GENERATED = new URL('../../../src/api-client/generated.ts', import.meta.url).pathname;

/** Whoever opens the file should know not to edit it. */
const HEADER = '/* Types of the HTTP API, made from what it says of itself: `npm run generate` makes them anew. */\n\n';

// `npm run generate` is this test with permission to write the file.
it('the client has the types of the API as it is now: `npm run generate` makes them', async () => {
  const { api } = await start();
  const document = (await api.inject({ url: '/openapi.json' })).json<OpenAPI3>();
  const types = astToString(await openapiTypescript(document, { silent: true }));
  const text = await format(HEADER + types, { ...(await resolveConfig(GENERATED)), parser: 'typescript' });
  await expect(text).toMatchFileSnapshot(GENERATED);
});
