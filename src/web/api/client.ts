import { NoAnswerFromApi, RequestRefused, weftClient, type WeftClient } from '../../api-client/index.ts';
import { csrf } from './csrf.ts';

/** Asks the server that this page came from. */
export const client: WeftClient = weftClient({
  baseUrl: window.location.origin,
  headers: () => csrf.headers(),
});

/** What an error is called, and what helps, for people. */
export interface ErrorInWords {
  readonly title: string;
  readonly detail: string;
  readonly reason: string;
  readonly remedies: readonly string[];
  readonly requestId?: string;
}

export function errorInWords(error: unknown): ErrorInWords {
  if (error instanceof RequestRefused) {
    const { title, detail, reason, remedies = [], requestId } = error.problem;
    return { title, detail, reason, remedies, requestId };
  }
  if (error instanceof NoAnswerFromApi) {
    const remedies = ['Is `weft api` running, and can this machine reach it?'];
    return { title: 'The API cannot be reached', detail: `${error.message}.`, reason: 'NO_ANSWER', remedies };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { title: 'A defect in this page', detail, reason: 'INTERNAL', remedies: [] };
}

/** Whether the server says that nobody is signed in, or no longer. */
export function isUnauthenticated(error: unknown): boolean {
  return error instanceof RequestRefused && error.problem.reason === 'UNAUTHENTICATED';
}

export function isWithoutAnswer(error: unknown): boolean {
  return error instanceof NoAnswerFromApi;
}

/** Whether asking once more may help: nobody answered, or who answered said that it is for the moment. */
export function isPassing(error: unknown): boolean {
  return error instanceof NoAnswerFromApi || (error instanceof RequestRefused && error.problem.status === 503);
}
