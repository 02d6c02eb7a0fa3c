import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { DataConverter } from '@temporalio/common';

import { TemporalMisconfigured } from './temporal.ts';

/** Names the module whose `dataConverter` every process of one Temporal has to use; see docs/temporal.md. */
export const DATA_CONVERTER_VARIABLE = 'WEFT_DATA_CONVERTER';

/**
 * Loads a data converter: codecs that encrypt what Temporal keeps, say.
 *
 * @param path - of a module that exports `dataConverter`, as `@temporalio/common` defines it; absent means the SDK's own.
 * @throws TemporalMisconfigured if the module cannot be loaded or exports none.
 */
export async function loadDataConverter(path: string | undefined): Promise<DataConverter> {
  if (path === undefined) return {};
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
