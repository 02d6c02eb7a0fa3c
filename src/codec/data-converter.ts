import { extname, join } from 'node:path';

import type { DataConverter } from '@temporalio/common';

import { encryptionCodec } from './encryption.ts';
import { NO_KEYS, openKeyRing } from './key-ring.ts';

/** Names the file with the keys that every process of one Temporal has to have; see docs/temporal.md. */
export const PAYLOAD_KEY_VARIABLE = 'WEFT_PAYLOAD_KEY_FILE';

/** The module beside this one: TypeScript in a checkout, JavaScript where Weft is compiled. */
export const FAILURE_CONVERTER_PATH = join(import.meta.dirname, `failure-converter${extname(import.meta.filename)}`);

/**
 * The data converter that encrypts with the keys of a file. Without one it encrypts nothing, and what others have encrypted is refused by a name that says
 * what is missing.
 *
 * @throws PayloadKeysUnusable
 */
export async function encryptingConverter(keyFile: string | undefined): Promise<DataConverter> {
  if (keyFile === undefined) return { payloadCodecs: [encryptionCodec(NO_KEYS)] };
  const keys = await openKeyRing(keyFile);
  return { payloadCodecs: [encryptionCodec(keys)], failureConverterPath: FAILURE_CONVERTER_PATH };
}
