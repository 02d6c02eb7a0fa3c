import type { LoadedDataConverter, Payload, SerializationContext } from '@temporalio/common';

/** Reads payloads that the SDK hands over as they are kept: through the codecs of the client first, then its converter. */
export type PayloadReader = (payloads: readonly Payload[] | null | undefined) => Promise<readonly unknown[]>;

/**
 * A reader with the data converter of a client.
 *
 * @param context - whose payloads they are, as a codec that binds payloads to their workflow wants to know.
 */
export function payloadReader(converter: LoadedDataConverter, context: SerializationContext): PayloadReader {
  return async (payloads) => {
    let decoded = [...(payloads ?? [])];
    // The codec that encoded last decodes first.
    for (const codec of converter.payloadCodecs.toReversed()) decoded = await codec.decode(decoded, context);
    return decoded.map((payload): unknown => converter.payloadConverter.fromPayload(payload, context));
  };
}
