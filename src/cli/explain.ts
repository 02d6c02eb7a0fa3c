import { NamespaceNotFoundError } from '@temporalio/common';

import { TemporalForbidden, TemporalMisconfigured, TemporalUnreachable } from '../client/index.ts';
import { CommandFailure, type FailureReport } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';
import type { Palette } from './render/palette.ts';

/** Finds the words for any error that reached the end of a command; what nobody foresaw is a defect in Weft. */
export function explain(error: unknown): FailureReport {
  if (error instanceof CommandFailure) return error.report;
  if (error instanceof TemporalUnreachable) {
    return {
      exitCode: EXIT.unreachable,
      message: `${error.message}. Nothing was started.`,
      hints: [
        'Start it, or set TEMPORAL_ADDRESS (and its like, as for the temporal command) to the server that you mean.',
        'Or use the platform that comes with Weft: unset TEMPORAL_ADDRESS and leave out --context.',
      ],
    };
  }
  if (error instanceof TemporalForbidden) {
    const hints = ['Set TEMPORAL_API_KEY, or TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH.'];
    return { exitCode: EXIT.forbidden, message: `${error.message}.`, hints };
  }
  if (error instanceof TemporalMisconfigured) {
    const hints = [
      'It is read from TEMPORAL_CONFIG_FILE (or temporal.toml), TEMPORAL_PROFILE and the other TEMPORAL_ variables.',
    ];
    return { exitCode: EXIT.usage, message: `${error.message}. Nothing was started.`, hints };
  }
  if (error instanceof NamespaceNotFoundError) {
    return {
      exitCode: EXIT.unreachable,
      message: `Temporal has no namespace "${error.namespace}". Nothing was started.`,
      hints: [
        `Make it: temporal operator namespace create ${error.namespace}`,
        'Or name another one: TEMPORAL_NAMESPACE',
      ],
    };
  }
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
