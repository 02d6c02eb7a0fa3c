import { resolve } from 'node:path';

import { expect, it } from 'vitest';

import { encodingSettings } from '../../../src/local/worker.ts';

it('hands the files on that say how what Temporal keeps is encoded, by paths that are the same in every folder', () => {
  const env = { WEFT_PAYLOAD_KEY_FILE: 'keys', WEFT_DATA_CONVERTER: '/etc/weft/converter.mjs', HOME: '/root' };
  expect(encodingSettings(env)).toEqual({
    WEFT_PAYLOAD_KEY_FILE: resolve('keys'),
    WEFT_DATA_CONVERTER: '/etc/weft/converter.mjs',
  });
  expect(encodingSettings({ WEFT_PAYLOAD_KEY_FILE: '' })).toEqual({});
});
