import type { FabricErrorKind } from '../../fabric/error.ts';
import { TransactionError } from '../../fabric/gateway/error.ts';
import type { FailureReport } from '../command-failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** @returns a failed call of a chaincode as an exit code and what to type, or undefined if the error is none */
export function transactionReport(error: unknown): FailureReport | undefined {
  if (!(error instanceof TransactionError)) return undefined;
  const { kind, stage, transactionId, status, block, message } = error;
  return {
    exitCode: EXIT_CODES[kind] ?? EXIT.failed,
    message,
    hints: hintsFor(error),
    document: { stage, transactionId, status, block },
  };
}

const EXIT_CODES: Partial<Record<FabricErrorKind, ExitCode>> = {
  notAuthorized: EXIT.forbidden,
  unreachable: EXIT.unreachable,
  untrusted: EXIT.unreachable,
  timeout: EXIT.timeout,
};

function hintsFor({ kind, channel, stage, transactionId, message }: TransactionError): readonly string[] {
  if (message.includes('to protect transient data')) return ['Name them: --endorsers org1,org2'];
  // Whoever submits it again does not know whether it is then done twice.
  if (transactionId !== undefined && stage !== 'endorse' && (kind === 'timeout' || kind === 'unreachable')) {
    return [
      'Before you submit it again, see whether it was committed:',
      `weft chaincode query qscc GetTransactionByID ${channel} ${transactionId} --channel ${channel}`,
    ];
  }
  return HINTS[kind] ?? [];
}

const HINTS: Partial<Record<FabricErrorKind, readonly string[]>> = {
  chaincodeUnreachable: ['How the chaincode is: weft status'],
  notInitialized: ['Initialize it: weft chaincode invoke NAME FUNCTION [ARGS...] --init'],
  notFound: ['What the network has: weft status'],
  unavailable: ['How the network is: weft status'],
  noLeader: ['How the orderers are: weft status'],
  timeout: ['Wait longer: --timeout 2m. How the network is: weft status'],
  unreachable: ['How the network is: weft status'],
  untrusted: ['Renew its certificates: weft renew NETWORK --target ORGANIZATION/NODE'],
};
