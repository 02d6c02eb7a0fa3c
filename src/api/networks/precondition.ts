import { ApiProblem } from '../problems/problem.ts';

/** What a request says of the state that it is about. */
export interface Conditional {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

/**
 * Refuses a change whose sender has not seen the network as it is, so that nobody's change is lost (RFC 9110, 13.1).
 *
 * @param current value of `ETag` for the network as it is; undefined if there is none
 * @throws ApiProblem
 */
export function requireMatch({ ifMatch, ifNoneMatch }: Conditional, current: string | undefined): void {
  if (current === undefined) {
    if (ifMatch === undefined) return;
    throw new ApiProblem('PRECONDITION_FAILED', {
      detail: 'there is no such network, and If-Match is about one that is there.',
    });
  }
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, current)) throw changed(current);
  if (ifMatch !== undefined && !matches(ifMatch, current)) throw changed(current);
  if (ifMatch !== undefined) return;
  throw new ApiProblem('PRECONDITION_REQUIRED', {
    detail: 'the network is there already: a change of it needs If-Match with the etag of the state that was seen.',
    metadata: { etag: current },
    remedies: ['Get the network, and send its ETag as If-Match.'],
  });
}

function matches(tags: string, etag: string): boolean {
  return tags.split(',').some((tag) => tag.trim() === '*' || tag.trim() === etag);
}

/** Somebody has changed the network, and this is its `ETag` now. */
export function changed(etag: string): ApiProblem {
  return new ApiProblem('PRECONDITION_FAILED', {
    detail: `the network is not in the state that the request is about: its etag is ${etag}.`,
    metadata: { etag },
    remedies: ['Get the network, look at what has changed, and send its ETag as If-Match.'],
  });
}
