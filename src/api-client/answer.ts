import type { components } from './generated.ts';

/** Why the API has not done what it was asked (RFC 9457). */
export type ApiProblemDocument = components['schemas']['Problem'];

/** The API has understood a request, and says why it does not carry it out. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly problem: ApiProblemDocument;

  constructor(problem: ApiProblemDocument) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** No answer came, or one that is not the API's: what was asked for may have been done all the same. */
export class NoAnswerFromApi extends Error {
  override readonly name = 'NoAnswerFromApi';
}

/** What a call of the client comes to. */
interface Called<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

export interface ApiAnswer<Data> {
  readonly data: Data;
  /** Status and headers, such as `ETag` and `Location`. */
  readonly response: Response;
}

/**
 * Waits for the answer to a request.
 *
 * @throws RequestRefused; NoAnswerFromApi; the reason of the request's signal
 */
export async function answerOf<Data>(called: Promise<Called<Data>>): Promise<ApiAnswer<Data>> {
  const { data, error, response } = await called.catch((cause: unknown) => {
    if (isAbort(cause)) throw cause;
    // fetch says a TypeError if nobody answers, and a SyntaxError if it is no JSON.
    const why = cause instanceof SyntaxError ? 'what answers there is not the API' : 'the API does not answer';
    throw new NoAnswerFromApi(why, { cause });
  });
  if (!response.ok) throw isProblem(error) ? new RequestRefused(error) : notTheApi(response);
  // Only answers without a body have no data: those of 204.
  if (data === undefined && response.status !== 204) throw notTheApi(response);
  return { data: data as Data, response };
}

/** A proxy's own page, or another program at that address. */
function notTheApi({ status, statusText }: Response): NoAnswerFromApi {
  return new NoAnswerFromApi(`what answers there is not the API: ${status} ${statusText}`.trimEnd());
}

export function isProblem(value: unknown): value is ApiProblemDocument {
  return (
    typeof value === 'object' &&
    value !== null &&
    'reason' in value &&
    typeof value.reason === 'string' &&
    'detail' in value &&
    typeof value.detail === 'string'
  );
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
