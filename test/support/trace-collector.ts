import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

import protobuf from 'protobufjs';
import { z } from 'zod';

/** A span as a collector gets it. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty of the first of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** Name of the process, as `service.name` says it. */
  readonly service: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Absent where it ended well. */
  readonly failure?: string;
}

/** Takes traces by OTLP over HTTP, as Jaeger, Tempo and the OpenTelemetry collector do. */
export interface TraceCollector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  readonly spans: readonly CollectedSpan[];
  /** All that has come, as text, for what must not be in it. */
  readonly text: () => string;
  readonly close: () => void;
}

/** What is read of opentelemetry-proto's trace/v1/trace.proto; fields that are left out are skipped. */
const REQUEST = protobuf
  .parse(
    `syntax = "proto3";
     message Value { string string_value = 1; int64 int_value = 3; }
     message Attribute { string key = 1; Value value = 2; }
     message Status { string message = 2; int32 code = 3; }
     message Span {
       bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5;
       repeated Attribute attributes = 9; Status status = 15;
     }
     message Scope { repeated Span spans = 2; }
     message Resource { repeated Attribute attributes = 1; }
     message Resources { Resource resource = 1; repeated Scope scope_spans = 2; }
     message Request { repeated Resources resource_spans = 1; }`,
    { keepCase: true },
  )
  .root.lookupType('Request');

const attributesSchema = z
  .array(
    z.object({
      key: z.string(),
      value: z.object({ string_value: z.string().optional(), int_value: z.string().optional() }).optional(),
    }),
  )
  .default([])
  .transform((attributes) =>
    Object.fromEntries(attributes.map(({ key, value }) => [key, value?.string_value ?? value?.int_value ?? ''])),
  );

/** From base64 to hexadecimal digits, as people and headers have ids. */
const idSchema = z.base64().transform((text) => Buffer.from(text, 'base64').toString('hex'));

const requestSchema = z.object({
  resource_spans: z.array(
    z.object({
      resource: z.object({ attributes: attributesSchema }),
      scope_spans: z.array(
        z.object({
          spans: z.array(
            z.object({
              trace_id: idSchema,
              span_id: idSchema,
              parent_span_id: idSchema.default(''),
              name: z.string(),
              attributes: attributesSchema,
              status: z.object({ message: z.string().default(''), code: z.int().default(0) }).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** STATUS_CODE_ERROR of trace.proto. */
const FAILED = 2;

export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: CollectedSpan[] = [];
  const received: Buffer[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      received.push(body);
      spans.push(...spansIn(body));
      response.writeHead(request.url === '/v1/traces' ? 200 : 404).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the collector has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    spans,
    text: () => Buffer.concat(received).toString('latin1'),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function spansIn(body: Buffer): readonly CollectedSpan[] {
  const object = REQUEST.toObject(REQUEST.decode(body), { bytes: String, longs: String });
  return requestSchema.parse(object).resource_spans.flatMap(({ resource, scope_spans: scopes }) =>
    scopes.flatMap((scope) =>
      scope.spans.map(
        ({ trace_id: traceId, span_id: spanId, parent_span_id: parentSpanId, name, attributes, status }) => ({
          ...{ traceId, spanId, parentSpanId, name, attributes },
          service: resource.attributes['service.name'] ?? '',
          ...(status?.code === FAILED ? { failure: status.message } : {}),
        }),
      ),
    ),
  );
}
