// Not through the folder's index: an error needs none of the client, which takes a moment to load.
import { KubernetesError, type KubernetesErrorKind } from '../../kubernetes/errors/errors.ts';
import type { FailureReport } from '../command-failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** @returns a cluster's error as an exit code and what to type, or undefined if it is none */
export function clusterReport(error: unknown): FailureReport | undefined {
  if (isPortTaken(error)) {
    const hints = ['Name another one, or none for a free one.'];
    return { exitCode: EXIT.failed, message: `port ${error.port} of this machine is taken.`, hints };
  }
  if (!(error instanceof KubernetesError)) return undefined;
  const { kind, message } = error;
  return { exitCode: EXIT_CODES[kind] ?? EXIT.failed, message, hints: HINTS[kind] ?? [] };
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
  denied: ['Have whoever runs the cluster allow it in this namespace.'],
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
