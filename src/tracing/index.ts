export {
  atPlace,
  beginSpan,
  currentPlace,
  endSpan,
  inSpan,
  spanHere,
  type SpanFacts,
  type TraceCarrier,
} from './span.ts';
export { isTracingWanted, startTracing, type StopTracing, type TracedService } from './start.ts';
