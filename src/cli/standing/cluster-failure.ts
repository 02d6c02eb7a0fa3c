import { KubernetesError, type KubernetesErrorKind } from '../../kubernetes/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** @returns a cluster's error in the words of the command line, or undefined if it is none */
export function clusterFailure(error: unknown): CommandFailure | undefined {
  if (isPortTaken(error)) {
    return new CommandFailure(
      {
        exitCode: EXIT.failed,
        message: `port ${error.port} of this machine is taken.`,
        hints: ['Name another one, or none for a free one.'],
      },
      { cause: error },
    );
  }
  if (!(error instanceof KubernetesError)) return undefined;
  return new CommandFailure(
    { exitCode: EXIT_CODES[error.kind] ?? EXIT.failed, message: error.message, hints: HINTS[error.kind] ?? [] },
    { cause: error },
  );
}

/** @param what the cluster was asked to do */
export function tooSlow(what: string): CommandFailure {
  return new CommandFailure({
    exitCode: EXIT.timeout,
    message: `the cluster did not ${what} in time.`,
    hints: ['Wait longer: --timeout 2m'],
  });
}

const EXIT_CODES: Partial<Record<KubernetesErrorKind, ExitCode>> = {
  forbidden: EXIT.forbidden,
  unauthorized: EXIT.forbidden,
  unreachable: EXIT.unreachable,
  untrusted: EXIT.unreachable,
  misconfigured: EXIT.usage,
};

const HINTS: Partial<Record<KubernetesErrorKind, readonly string[]>> = {
  forbidden: ['Ask whoever runs the cluster for this right, or use a context that has it: --context NAME'],
  unauthorized: ["Sign in to the cluster again, as kubectl wants it, or renew the kubeconfig's credentials."],
  unreachable: ['Is this the cluster that you mean? See: kubectl config get-contexts'],
  unavailable: ['How the network is: weft status'],
};

interface PortTaken extends Error {
  readonly port: number;
}

/** What Node.js throws when it cannot listen. */
function isPortTaken(error: unknown): error is PortTaken {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error;
}
