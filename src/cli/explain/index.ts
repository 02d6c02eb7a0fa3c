import { CommandFailure, type FailureReport } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { Palette } from '../render/palette.ts';
import { apiReport } from './api.ts';
import { clusterReport } from './cluster.ts';
import { databaseReport } from './database.ts';
import { operationReport } from './operation.ts';
import { temporalReport } from './temporal.ts';

/** Finds the words for any error that reached the end of a command; what nobody foresaw is a defect in Weft. */
export async function explain(error: unknown): Promise<FailureReport> {
  if (error instanceof CommandFailure) return error.report;
  return (
    operationReport(error) ??
    temporalReport(error) ??
    clusterReport(error) ??
    databaseReport(error) ??
    apiReport(error) ??
    (await gatewayReport(error)) ??
    defect(error)
  );
}

/** Fabric's client takes a moment to load, which no command waits for that does not call a chaincode. */
async function gatewayReport(error: unknown): Promise<FailureReport | undefined> {
  const { transactionReport } = await import('./transaction.ts');
  return transactionReport(error);
}

function defect(error: unknown): FailureReport {
  return {
    exitCode: EXIT.defect,
    message: `Weft came upon something that it does not know: ${error instanceof Error ? error.message : String(error)}`,
    hints: [
      'This is a defect in Weft. Please report it with the output of the same command with -v, and of: weft version',
    ],
  };
}

/** `✖ what happened`, then indented what to do; never cut. */
export function renderFailure({ message, hints = [] }: FailureReport, palette: Palette): string {
  const [first = '', ...others] = message.split('\n');
  return [
    `${palette.bad(palette.symbols.failed)} ${first}`,
    ...others.map((line) => (line.startsWith('✖ ') ? `${palette.bad(palette.symbols.failed)} ${line.slice(2)}` : line)),
    ...hints.map((hint) => `  ${hint}`),
  ].join('\n');
}
