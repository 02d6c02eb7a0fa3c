import type { Payload } from '@temporalio/common';
import { z } from 'zod';

const bytesSchema = z.base64('must be bytes in Base64');

/** Payloads as JSON, by the mapping that Protocol Buffers have for it: bytes are Base64. */
export const payloadsSchema = z.object({
  payloads: z
    .array(z.object({ metadata: z.record(z.string(), bytesSchema).nullish(), data: bytesSchema.nullish() }))
    .default([]),
});

type PayloadsDocument = z.output<typeof payloadsSchema>;

export function payloadsOf({ payloads }: PayloadsDocument): Payload[] {
  return payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
    ),
    data: Buffer.from(data ?? '', 'base64'),
  }));
}

export function payloadsDocument(payloads: readonly Payload[]): PayloadsDocument {
  return {
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
      ),
      data: Buffer.from(data ?? []).toString('base64'),
    })),
  };
}
