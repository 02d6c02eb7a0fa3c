import { NamespaceNotFoundError } from '@temporalio/common';

import { RunUnreadable, TemporalForbidden, TemporalMisconfigured, TemporalUnreachable } from '../../client/index.ts';
import { PayloadKeysUnusable } from '../../codec/errors.ts';
import type { FailureReport } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';

/** @returns an error of Temporal's client as an exit code and what to type, or undefined if it is none */
export function temporalReport(error: unknown): FailureReport | undefined {
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
  if (error instanceof RunUnreadable) {
    const hints = ['Set it as it is set for the worker: WEFT_PAYLOAD_KEY_FILE=FILE (docs/temporal.md)'];
    return { exitCode: EXIT.failed, message: error.message, hints };
  }
  if (error instanceof PayloadKeysUnusable) {
    const hints = [
      'WEFT_PAYLOAD_KEY_FILE names it; every process that works with the same Temporal needs the same keys.',
      'To make one: weft codec key > FILE',
    ];
    return { exitCode: EXIT.usage, message: `${error.message} Nothing was started.`, hints };
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
  return undefined;
}
