import { context, propagation, SpanKind, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api';

/** Names who makes the spans, as OpenTelemetry's instrumentation scope. */
const SCOPE = 'weft';

export interface SpanFacts {
  /** `server` of who answers a request, `client` of who makes a call; absent means work within a process. */
  readonly kind?: 'server' | 'client';
  /** No secrets, and nothing that is one in a bad case: paths and names, never bodies. */
  readonly attributes?: Attributes;
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;

/** Begins a span below the one that is under way here. Whoever begins it ends it. */
export function beginSpan(name: string, { kind, attributes = {} }: SpanFacts = {}): Span {
  const options = { attributes, ...(kind === undefined ? {} : { kind: KINDS[kind] }) };
  return trace.getTracer(SCOPE).startSpan(name, options);
}

/** Ends a span. @param failure name of why it did not end well */
export function endSpan(span: Span, failure?: string): void {
  if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
  span.end();
}

/** Does work within a span, which ends with it. An error is told by its name alone: its message may quote anything. */
export async function inSpan<Result>(name: string, facts: SpanFacts, work: () => Promise<Result>): Promise<Result> {
  const span = beginSpan(name, facts);
  return spanHere(span, async () => {
    try {
      const result = await work();
      endSpan(span);
      return result;
    } catch (error) {
      endSpan(span, nameOf(error));
      throw error;
    }
  });
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Error';
  return 'type' in error && typeof error.type === 'string' ? error.type : error.name;
}

/** The work of a span that began before: what it does is below it. */
export function spanHere<Result>(span: Span, work: () => Result): Result {
  return context.with(trace.setSpan(context.active(), span), work);
}

/** A place in a trace as it travels: W3C Trace Context (https://www.w3.org/TR/trace-context). */
export type TraceCarrier = Readonly<Record<string, string>>;

/** The place that is under way here; empty where there is none. */
export function currentPlace(): TraceCarrier {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

/** Does work below a place of a trace that has come from somewhere else. */
export function atPlace<Result>(carrier: TraceCarrier, work: () => Result): Result {
  return context.with(propagation.extract(context.active(), carrier), work);
}
