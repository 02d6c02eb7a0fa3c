import type { ExitCode } from './exit-codes.ts';

export interface FailureReport {
  readonly exitCode: ExitCode;
  /** What happened, naming the object: the text after `✖ `. May have several lines. */
  readonly message: string;
  /** What to do about it, one line each, with the commands to type. */
  readonly hints?: readonly string[];
  /** What `-o json` prints for it. */
  readonly document?: Readonly<Record<string, unknown>>;
}

/** A command that could not do what it was asked, for a reason that its user can understand and act on. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly report: FailureReport;

  constructor(report: FailureReport, options?: ErrorOptions) {
    super(report.message, options);
    this.report = report;
  }
}
