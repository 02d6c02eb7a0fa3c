import { NoAnswerFromApi, RequestRefused, type ApiProblemDocument } from '../../api-client/index.ts';
import type { FailureReport } from '../command-failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** @returns an error of a service that was asked as an exit code and what to type, or undefined if it is none */
export function apiReport(error: unknown): FailureReport | undefined {
  if (error instanceof NoAnswerFromApi) {
    const hints = ['Is it the right address? --api URL, WEFT_API. What was asked for may have been done all the same.'];
    return { exitCode: EXIT.unreachable, message: `${error.message}.`, hints };
  }
  if (!(error instanceof RequestRefused)) return undefined;
  const { problem } = error;
  const { detail, errors = [], remedies = [], reason, requestId } = problem;
  return {
    exitCode: exitCodeOf(problem),
    message: [detail, ...errors.map(placed)].join('\n'),
    hints: [...remedies, ...(SIGN_IN[reason] ?? [])],
    document: { reason, requestId },
  };
}

const SIGN_IN: Readonly<Record<string, readonly string[]>> = {
  UNAUTHENTICATED: ['Set WEFT_TOKEN to a token of that service, or name the file that has it: --token-file PATH'],
};

const OF_REASON: Readonly<Record<string, ExitCode>> = {
  RUN_IN_PROGRESS: EXIT.busy,
  PLAN_FAILED: EXIT.failed,
  INTERNAL: EXIT.defect,
};

function exitCodeOf({ reason, status }: ApiProblemDocument): ExitCode {
  const known = OF_REASON[reason];
  if (known !== undefined) return known;
  if (status === 401 || status === 403) return EXIT.forbidden;
  if (status === 400 || status === 413 || status === 415 || status === 422) return EXIT.usage;
  return status === 503 || status === 429 ? EXIT.unreachable : EXIT.failed;
}

/** An issue with its place, as the command line tells those that it has found itself. */
function placed({ detail, line, column, parameter }: NonNullable<ApiProblemDocument['errors']>[number]): string {
  if (line !== undefined) return `✖ ${line}:${column ?? 1} ${detail}`;
  return parameter === undefined ? `✖ ${detail}` : `✖ ${parameter}: ${detail}`;
}
