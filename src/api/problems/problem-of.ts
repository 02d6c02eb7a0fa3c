import { NamespaceNotFoundError } from '@temporalio/common';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

import { RunUnreadable, TemporalForbidden, TemporalTlsFailed, TemporalUnreachable } from '../../client/index.ts';
import { isDatabaseOutage, PageTokenInvalid } from '../../database/failure.ts';
import { operationProblem } from './operation.ts';
import { ApiProblem, type ProblemDetail, type Reason } from './problem.ts';

/**
 * Finds the problem that any error is which reached the end of a request. What nobody foresaw is a defect, and says nothing of where it came from: that is
 * in the log.
 */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return (
    operationProblem(error) ??
    temporalProblem(error) ??
    unfinishedRequest(error) ??
    databaseProblem(error) ??
    requestProblem(error) ??
    defect(error)
  );
}

/** Temporal is restarted within seconds, or is looked after by somebody. */
const TEMPORAL_RETRY_S = '10';

const OF_TEMPORAL = [TemporalUnreachable, TemporalTlsFailed, TemporalForbidden, NamespaceNotFoundError, RunUnreadable];

/** Its address and what its client says are for operators: they are in the log. */
function temporalProblem(error: unknown): ApiProblem | undefined {
  if (!OF_TEMPORAL.some((type) => error instanceof type)) return undefined;
  const detail = 'Temporal, which carries out all runs, does not answer this server as it should.';
  return new ApiProblem(
    'TEMPORAL_UNAVAILABLE',
    { detail, headers: { 'retry-after': TEMPORAL_RETRY_S } },
    { cause: error },
  );
}

/** A server is restarted within seconds. */
const DATABASE_RETRY_S = '5';

/** A client that goes away before all of its body has come. Node gives it the code of a connection that is reset, as a driver's has. */
function unfinishedRequest(error: unknown): ApiProblem | undefined {
  const isUnfinished =
    error instanceof Error && error.message === 'aborted' && 'code' in error && error.code === 'ECONNRESET';
  if (!isUnfinished) return undefined;
  return new ApiProblem('INVALID_REQUEST', { detail: 'the request ended before its body did.' }, { cause: error });
}

/** Temporal's client has errors of its own, and nothing else of a request goes over a network but its body. */
function databaseProblem(error: unknown): ApiProblem | undefined {
  if (!isDatabaseOutage(error)) return undefined;
  return new ApiProblem(
    'DATABASE_UNAVAILABLE',
    { detail: 'the database does not answer this server.', headers: { 'retry-after': DATABASE_RETRY_S } },
    { cause: error },
  );
}

const REASON_OF_STATUS: Readonly<Record<number, Reason>> = {
  400: 'INVALID_REQUEST',
  404: 'ROUTE_NOT_FOUND',
  413: 'REQUEST_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
  503: 'SHUTTING_DOWN',
};

/** What Fastify and its plugins refuse. Their messages name headers, limits and parameters, and nothing of the server. */
function requestProblem(error: unknown): ApiProblem | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof PageTokenInvalid) {
    const errors = [{ parameter: 'pageToken', reason: 'INVALID_PAGE_TOKEN', detail: error.message }];
    return new ApiProblem('INVALID_REQUEST', { detail: `${error.message}.`, errors }, { cause: error });
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map(({ instancePath, keyword, message }): ProblemDetail => {
      const place =
        error.validationContext === 'body' ? { pointer: instancePath } : { parameter: parameter(instancePath) };
      return { detail: message ?? 'is not valid', reason: keyword.toUpperCase(), ...place };
    });
    return new ApiProblem('INVALID_REQUEST', { detail: error.message, errors }, { cause: error });
  }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  const reason = REASON_OF_STATUS[status] ?? (status >= 400 && status < 500 ? 'INVALID_REQUEST' : undefined);
  return reason === undefined ? undefined : new ApiProblem(reason, { detail: error.message }, { cause: error });
}

function parameter(instancePath: string): string {
  return instancePath.split('/')[1] ?? '';
}

function defect(error: unknown): ApiProblem {
  const detail =
    'Weft came upon something that it does not know. The log of the server says what, beside the id of this request.';
  return new ApiProblem('INTERNAL', { detail }, { cause: error });
}
