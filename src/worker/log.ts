import type { DestinationStream } from 'pino';
import { pino } from 'pino';
import { DefaultLogger, type LogLevel } from '@temporalio/worker';

/** How a worker's log looks: lines for people, or JSON for programs. */
export type LogFormat = 'text' | 'json';

/** What never belongs in a log, however it got there. */
const SECRET = ['password', 'secret', 'token', 'apiKey', 'authorization', 'key'];

/**
 * A worker's log. As JSON each entry says which network, run and step it is about, where it is about one.
 *
 * @param to where JSON goes; absent means stderr
 */
export function workerLogger(
  level: LogLevel,
  format: LogFormat,
  to: DestinationStream = pino.destination(2),
): DefaultLogger {
  if (format === 'text') return new DefaultLogger(level);
  const log = pino(
    { level: 'trace', base: { name: 'weft-worker' }, redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`]) } },
    to,
  );
  return new DefaultLogger(level, ({ level: severity, message, meta }) => {
    log[NAMES[severity]](entryOf({ ...meta }), message);
  });
}

const NAMES = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** The SDK's own words for what an entry is about, as Weft's: the run, its network and the step. */
function entryOf({
  workflowId,
  runId,
  activityType,
  error,
  ...others
}: Readonly<Record<string | symbol, unknown>>): object {
  return {
    ...(typeof workflowId === 'string' ? { workflowId, network: networkOf(workflowId) } : {}),
    ...(runId === undefined ? {} : { run: runId }),
    ...(activityType === undefined ? {} : { step: activityType }),
    ...(error === undefined ? {} : { err: error }),
    ...others,
  };
}

/** Workflow ids are `<operation>/<cluster>/<network>[/…]`. */
function networkOf(workflowId: string): string | undefined {
  return workflowId.split('/')[2];
}
