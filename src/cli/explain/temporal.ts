import { NamespaceNotFoundError } from '@temporalio/common';

import {
  RunUnreadable,
  TemporalForbidden,
  TemporalMisconfigured,
  TemporalTlsFailed,
  TemporalUnreachable,
  type TlsFault,
} from '../../client/index.ts';
import { PayloadKeysUnusable } from '../../codec/errors.ts';
import type { FailureReport } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';

const TLS_HINTS: Readonly<Record<TlsFault['kind'], readonly string[]>> = {
  'server wants TLS': [
    'Set TEMPORAL_TLS=true, and TEMPORAL_TLS_SERVER_CA_CERT_PATH where its certificate is of a CA of your own.',
  ],
  'server without TLS': [
    'Set TEMPORAL_TLS=false, and leave out the other TEMPORAL_TLS_ variables; an API key alone asks for TLS, too.',
  ],
  'server not trusted': ['Name the file with the certificate of its CA: TEMPORAL_TLS_SERVER_CA_CERT_PATH'],
  'other name': [
    'Name it as its certificate does: TEMPORAL_ADDRESS, or TEMPORAL_TLS_SERVER_NAME where that cannot be.',
  ],
  'client certificate refused': [
    'Name one that it accepts: TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH.',
  ],
};

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
  if (error instanceof TemporalTlsFailed) {
    return {
      exitCode: EXIT.unreachable,
      message: `${error.message}. Nothing was started.`,
      hints: TLS_HINTS[error.fault.kind],
    };
  }
  if (error instanceof TemporalForbidden) {
    const hints = [
      'Set TEMPORAL_API_KEY to a key that is good for the namespace (TEMPORAL_NAMESPACE), or TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH.',
    ];
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
