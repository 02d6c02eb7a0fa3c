import {
  connectCertificateAuthority,
  enrollmentCaName,
  tlsCaName,
  type CertificateAuthority,
  type Registrar,
} from '../../fabric/index.ts';
import { caName, certificateAuthorityObjects } from '../../spec/index.ts';
import { failure } from '../failures.ts';
import { readText, type Dependencies } from '../cluster/manifests.ts';
import type { OrganizationInput } from '../inputs.ts';

/** The two CAs of an organization, within reach. */
export interface CertificateAuthorityPair {
  readonly enrollmentCa: CertificateAuthority;
  readonly tlsCa: CertificateAuthority;
  /** The registrar's certificate and key at each of the two; read once. Fails while it is not enrolled. */
  readonly registrars: () => Promise<{ readonly enrollmentCa: Registrar; readonly tlsCa: Registrar }>;
}

/** Access to the CAs of every organization that the worker works on. */
export interface CertificateAuthorities {
  /** Connects, lets `act` talk to both CAs, and keeps the way open for a moment for the next step. */
  use: <T>(
    target: OrganizationInput,
    signal: AbortSignal,
    act: (pair: CertificateAuthorityPair) => Promise<T>,
  ) => Promise<T>;
}

interface Shared {
  readonly pair: Promise<CertificateAuthorityPair & { close: () => Promise<void> }>;
  users: number;
  idle: NodeJS.Timeout | undefined;
}

// The steps of one organization follow each other within milliseconds; after two quiet seconds its CAs are done with.
const KEEP_OPEN_MS = 2_000;

// A CA answers in tens of milliseconds; a machine that is busy with a bring-up may need seconds.
const CA_TIMEOUT_MS = 20_000;

export function createCertificateAuthorities(dependencies: Dependencies): CertificateAuthorities {
  const shared = new Map<string, Shared>();

  const drop = (key: string, entry: Shared): void => {
    if (shared.get(key) === entry) shared.delete(key);
    clearTimeout(entry.idle);
    // Whoever still uses the connection keeps it: the last user closes.
    if (entry.users === 0) entry.pair.then((pair) => pair.close()).catch(() => undefined);
  };

  return {
    use: async (target, signal, act) => {
      const key = `${target.organization.namespace}/${caName(target.organization)}`;
      const entry = shared.get(key) ?? { pair: connect(dependencies, target), users: 0, idle: undefined };
      shared.set(key, entry);
      clearTimeout(entry.idle);
      entry.users += 1;
      try {
        return await act(await entry.pair);
      } catch (error) {
        // A way that failed once is not trusted again: the CA's pod may have been replaced.
        shared.delete(key);
        throw error;
      } finally {
        entry.users -= 1;
        if (shared.get(key) !== entry) drop(key, entry);
        else if (entry.users === 0) {
          entry.idle = setTimeout(() => {
            drop(key, entry);
          }, KEEP_OPEN_MS).unref();
        }
        signal.throwIfAborted();
      }
    },
  };
}

async function connect(
  dependencies: Dependencies,
  { organization }: OrganizationInput,
): Promise<CertificateAuthorityPair & { close: () => Promise<void> }> {
  const { namespace } = organization;
  const { tls } = certificateAuthorityObjects(organization);
  // Shared by several steps, so that the end of one of them must not end it.
  const open = new AbortController();
  const tooSlow = setTimeout(() => {
    open.abort(
      failure(
        'CertificateAuthorityUnreachable',
        `No way to Service ${caName(organization)} in namespace ${namespace} within ${CA_TIMEOUT_MS / 1000} s.`,
      ),
    );
  }, CA_TIMEOUT_MS);
  const endpoint = await readText(dependencies, 'Secret', namespace, tls, open.signal);
  const tlsRoots = endpoint?.['tls.crt'];
  if (tlsRoots === undefined) {
    throw failure(
      'MaterialMissing',
      `Secret ${tls} in namespace ${namespace} is missing, so the CA's endpoint cannot be verified. It is made by the step startCertificateAuthority: run weft up again.`,
    );
  }
  const way = await dependencies.reach
    .open({ namespace, service: caName(organization), port: 443 }, open.signal)
    .finally(() => {
      clearTimeout(tooSlow);
    });
  const settings = {
    host: way.host,
    port: way.port,
    servername: caName(organization),
    tlsRoots,
    timeoutMs: CA_TIMEOUT_MS,
  };
  const enrollmentCa = connectCertificateAuthority({ ...settings, caName: enrollmentCaName(organization.name) });
  const tlsCa = connectCertificateAuthority({ ...settings, caName: tlsCaName(organization.name) });
  let registrars: ReturnType<typeof readRegistrars> | undefined;
  return {
    enrollmentCa,
    tlsCa,
    // Not by a caller's signal: what it reads is for the steps after it, too.
    registrars: () => (registrars ??= readRegistrars(dependencies, organization)),
    close: async () => {
      await Promise.allSettled([enrollmentCa.close(), tlsCa.close()]);
      await way.close();
    },
  };
}

async function readRegistrars(
  dependencies: Dependencies,
  organization: OrganizationInput['organization'],
): Promise<{ readonly enrollmentCa: Registrar; readonly tlsCa: Registrar }> {
  const { registrar } = certificateAuthorityObjects(organization);
  const { namespace } = organization;
  const secret = await readText(dependencies, 'Secret', namespace, registrar, AbortSignal.timeout(CA_TIMEOUT_MS));
  const { 'key.pem': key, 'cert.pem': certificate, 'tlsca-cert.pem': tlsCertificate } = secret ?? {};
  if (key === undefined || certificate === undefined || tlsCertificate === undefined) {
    throw failure(
      'MaterialMissing',
      `Secret ${registrar} in namespace ${namespace} does not hold the registrar's material. It is made by the step enrollRegistrar: run weft up again.`,
    );
  }
  return { enrollmentCa: { certificate, key }, tlsCa: { certificate: tlsCertificate, key } };
}
