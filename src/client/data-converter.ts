import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { DataConverter } from '@temporalio/common';

import { encryptingConverter, PAYLOAD_KEY_VARIABLE } from '../codec/index.ts';
import { TemporalMisconfigured } from './temporal.ts';

/** Names the module whose `dataConverter` every process of one Temporal has to use; see docs/temporal.md. */
export const DATA_CONVERTER_VARIABLE = 'WEFT_DATA_CONVERTER';

/** How what Temporal keeps is encoded; with neither it is plain JSON. */
export interface PayloadEncoding {
  /** Path of a module that exports `dataConverter`, as `@temporalio/common` defines it. */
  readonly module?: string;
  /** Path of the file with the keys that payloads are encrypted with. */
  readonly keyFile?: string;
}

/** What the environment says of it. */
export function encodingOf(env: Readonly<Record<string, string | undefined>>): PayloadEncoding {
  const { [DATA_CONVERTER_VARIABLE]: module, [PAYLOAD_KEY_VARIABLE]: keyFile } = env;
  return { ...(module ? { module } : {}), ...(keyFile ? { keyFile } : {}) };
}

/**
 * Loads the data converter that encodes and decodes what Temporal keeps.
 *
 * @throws TemporalMisconfigured if a module cannot be loaded or exports none, or is named beside a key file; PayloadKeysUnusable
 */
export async function loadDataConverter({ module: path, keyFile }: PayloadEncoding = {}): Promise<DataConverter> {
  if (path === undefined) return encryptingConverter(keyFile);
  if (keyFile !== undefined) {
    throw new TemporalMisconfigured(
      new Error(
        `${DATA_CONVERTER_VARIABLE} and ${PAYLOAD_KEY_VARIABLE} are both set: which of them encodes what Temporal keeps?`,
      ),
    );
  }
  const module = await importModule(path);
  const converter = typeof module === 'object' && module !== null && 'dataConverter' in module && module.dataConverter;
  if (isDataConverter(converter)) return converter;
  throw new TemporalMisconfigured(
    new Error(
      `${DATA_CONVERTER_VARIABLE}: ${path} must export dataConverter, an object whose payloadCodecs, if there are any, can encode and decode`,
    ),
  );
}

async function importModule(path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TemporalMisconfigured(new Error(`${DATA_CONVERTER_VARIABLE}: ${reason}`, { cause: error }));
  }
}

function isDataConverter(value: unknown): value is DataConverter {
  if (typeof value !== 'object' || value === null) return false;
  const codecs: unknown = 'payloadCodecs' in value ? value.payloadCodecs : [];
  return Array.isArray(codecs) && codecs.every(isCodec);
}

function isCodec(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'encode' in value &&
    'decode' in value &&
    typeof value.encode === 'function' &&
    typeof value.decode === 'function'
  );
}
