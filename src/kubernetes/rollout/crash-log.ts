import type { Cluster } from '../client/cluster.ts';
import { podLogs } from '../client/logs.ts';
import type { Crash, Diagnosis } from './diagnose-pod.ts';

// What a person reads in an error; the reason of a crash stands at the end of a log.
const LAST_LINES = 8;

/** The last log lines of a container that crashed, without private keys; why they cannot be read, if they cannot. */
export async function crashLog(
  cluster: Cluster,
  { namespace, pod, container, previous }: Crash,
  signal: AbortSignal,
): Promise<string> {
  const options = { container, previous, tailLines: LAST_LINES, signal };
  try {
    return withoutKeys((await podLogs(cluster, { namespace, name: pod }, options)).trimEnd());
  } catch (error) {
    signal.throwIfAborted();
    return `(${error instanceof Error ? error.message : String(error)})`;
  }
}

/** A process that ends because its volume has no room left says so, and nothing else does. */
const NO_ROOM = /no space left on device/i;

/**
 * What a container that crashed says of the cause.
 *
 * @param log its last lines
 */
export function withLog(diagnosis: Diagnosis, log: string): Diagnosis {
  return { ...diagnosis, reason: NO_ROOM.test(log) ? 'VolumeFull' : diagnosis.reason, log };
}

const WITHHELD = '(a private key, left out)';

/**
 * Leaves private keys out of a log: what failures say is kept in the workflow's history, where no key may be, not even one that a
 * node was tricked into printing.
 *
 * @param log may begin or end within a key, since it is the end of a longer one
 */
export function withoutKeys(log: string): string {
  return (
    log
      .replaceAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, WITHHELD)
      .replace(/^[\s\S]*-----END [A-Z ]*PRIVATE KEY-----/, WITHHELD)
      // Full lines of a PEM text (RFC 7468, 64 characters) whose beginning and end are both out of sight; a digest in hexadecimal is none.
      .replaceAll(/^(?![0-9a-f]{64}$)[A-Za-z0-9+/]{64}$(\n[A-Za-z0-9+/=]{1,64}$)*/gm, WITHHELD)
  );
}
