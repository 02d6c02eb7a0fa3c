import { isMapping } from '../client/objects.ts';

/** The parts of `meta/v1` Status that say what went wrong. */
export interface ApiStatus {
  readonly message: string | undefined;
  readonly reason: string | undefined;
  readonly detailsKind: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly causes: readonly StatusCause[];
}

export interface StatusCause {
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly field: string | undefined;
}

/** Reads the body of an answer; what is no Status, such as a proxy's page, says nothing. */
export function parseStatus(body: string): ApiStatus {
  const status = parseMapping(body);
  const details = isMapping(status['details']) ? status['details'] : {};
  const causes = Array.isArray(details['causes']) ? details['causes'].filter(isMapping) : [];
  return {
    message: text(status['message']),
    reason: text(status['reason']),
    detailsKind: text(details['kind']),
    retryAfterSeconds: typeof details['retryAfterSeconds'] === 'number' ? details['retryAfterSeconds'] : undefined,
    causes: causes.map((cause) => ({
      reason: text(cause['reason']),
      message: text(cause['message']),
      field: text(cause['field']),
    })),
  };
}

function parseMapping(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return isMapping(parsed) ? parsed : {};
  } catch {
    return {}; // A proxy's page, or nothing: the status code has to do.
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
