import { z } from 'zod';

/*
 * Errors as RFC 9457 has them: one form for whatever went wrong. `reason` is the name that programs rely on, so none ever changes its meaning.
 */

/** Every reason (docs/api.md has them, too), with its status and the title that RFC 9457 wants to be the same each time. */
export const REASONS = {
  INVALID_REQUEST: { status: 400, title: 'The request is not valid' },
  UNAUTHENTICATED: { status: 401, title: 'The caller is not signed in' },
  FORBIDDEN: { status: 403, title: 'The caller may not do this' },
  CSRF_TOKEN_INVALID: { status: 403, title: 'The request may not have been meant by its sender' },
  ROUTE_NOT_FOUND: { status: 404, title: 'There is nothing at this path' },
  NETWORK_NOT_FOUND: { status: 404, title: 'There is no such network' },
  RUN_NOT_FOUND: { status: 404, title: 'There is no such run' },
  REVISION_NOT_FOUND: { status: 404, title: 'The network has no such revision' },
  STEP_NOT_FOUND: { status: 404, title: 'The run has no such step' },
  PLAN_NOT_FOUND: { status: 404, title: 'There is no such plan' },
  SCHEDULE_NOT_FOUND: { status: 404, title: 'The network has no schedule' },
  TOKEN_NOT_FOUND: { status: 404, title: 'There is no such token' },
  RUN_IN_PROGRESS: { status: 409, title: 'Another run holds this network' },
  RUN_ENDED: { status: 409, title: 'The run has ended' },
  RUN_REFUSES: { status: 409, title: 'The run does not do what it is asked for' },
  TOKEN_NAME_TAKEN: { status: 409, title: 'There is a token of this name' },
  REQUEST_IN_PROGRESS: { status: 409, title: 'The first request with this key is being carried out' },
  EVENTS_GONE: { status: 410, title: 'The events after this place are no longer kept' },
  PRECONDITION_FAILED: { status: 412, title: 'The network is not as the request expects it' },
  PLAN_STALE: { status: 412, title: 'The plan is not what would be done now' },
  REQUEST_TOO_LARGE: { status: 413, title: 'The request is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body is of an unknown kind' },
  INVALID_DESCRIPTION: { status: 422, title: 'The description is not valid' },
  INVALID_ENVELOPE: { status: 422, title: 'This is no update of a channel' },
  NOT_CONFIRMED: { status: 422, title: 'The confirmation does not name the network' },
  KEY_REUSED: { status: 422, title: 'The key was used for another request' },
  PLAN_FAILED: { status: 422, title: 'What is described cannot be brought up' },
  PRECONDITION_REQUIRED: { status: 428, title: 'The request has to say which state of the network it is about' },
  TOO_MANY_REQUESTS: { status: 429, title: 'The caller asks too often' },
  TOO_MANY_STREAMS: { status: 429, title: 'The caller has too many streams of events' },
  INTERNAL: { status: 500, title: 'A defect in Weft' },
  NO_WORKER: { status: 503, title: 'No worker is there to carry it out' },
  TEMPORAL_UNAVAILABLE: { status: 503, title: 'Temporal cannot be used' },
  CLUSTER_UNAVAILABLE: { status: 503, title: 'The cluster cannot be used' },
  ISSUER_UNAVAILABLE: { status: 503, title: 'The issuer of tokens cannot be used' },
  DATABASE_UNAVAILABLE: { status: 503, title: 'The database cannot be used' },
  PLAN_UNFINISHED: { status: 503, title: 'The plan is not finished yet' },
  SHUTTING_DOWN: { status: 503, title: 'The server is being stopped' },
} as const;

export type Reason = keyof typeof REASONS;

/** One of several things that are wrong with a request, or doubtful in it. */
export const problemDetailSchema = z.object({
  detail: z.string().describe('What is wrong, and what would be right.'),
  reason: z.string().optional().describe('Stable name of what is wrong, e.g. INVALID_TYPE; absent where it has none.'),
  pointer: z.string().optional().describe('Where in the body, as a JSON Pointer (RFC 6901).'),
  parameter: z.string().optional().describe('The parameter of the path, the query or the header.'),
  line: z.int().optional().describe('Line of the body as it was sent, from 1.'),
  column: z.int().optional().describe('Column of the line, from 1.'),
  suggestion: z.string().optional().describe('The word that was probably meant.'),
});

export type ProblemDetail = z.infer<typeof problemDetailSchema>;

export const problemSchema = z
  .object({
    type: z.string().describe('Names the kind of problem; the same for every problem of one reason.'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    reason: z.string().describe('Stable name of the problem, e.g. RUN_IN_PROGRESS.'),
    requestId: z.string().describe('Finds the request in the log of the server and in the audit.'),
    errors: z.array(problemDetailSchema).readonly().optional(),
    remedies: z.array(z.string()).readonly().optional().describe('What helps, a sentence each.'),
    metadata: z.record(z.string(), z.unknown()).optional().describe('Facts for programs, by the reason.'),
    links: z.record(z.string(), z.string()).optional(),
  })
  .meta({ title: 'Problem', description: 'Why a request could not be carried out (RFC 9457).' });

type ProblemDocument = Readonly<z.infer<typeof problemSchema>>;

export interface ProblemFacts extends Pick<ProblemDocument, 'errors' | 'remedies' | 'metadata' | 'links'> {
  /** What happened, naming the object, as a sentence. */
  readonly detail: string;
  /** Headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that cannot be carried out, for a reason that its sender can understand and act on. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly reason: Reason;
  readonly facts: ProblemFacts;

  constructor(reason: Reason, facts: ProblemFacts, options?: ErrorOptions) {
    super(facts.detail, options);
    this.reason = reason;
    this.facts = facts;
  }

  get status(): number {
    return REASONS[this.reason].status;
  }
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Begins the `type` of every problem. It is a name; nothing has to be there. */
const TYPES = 'https://weft.dev/problems/';

/** A problem as it is sent. */
export function problemDocument({ reason, facts }: ApiProblem, requestId: string): ProblemDocument {
  const { status, title } = REASONS[reason];
  const { detail, errors, remedies = [], metadata, links } = facts;
  return {
    type: `${TYPES}${reason.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    detail,
    reason,
    requestId,
    ...(errors === undefined ? {} : { errors }),
    ...(remedies.length === 0 ? {} : { remedies }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(links === undefined ? {} : { links }),
  };
}
