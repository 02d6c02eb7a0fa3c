import {
  connectCertificateAuthority,
  enrollmentCaName,
  tlsCaName,
  type CertificateAuthority,
  type Registrar,
} from '../../fabric/index.ts';
import { caName, certificateAuthorityObjects, PORTS } from '../../spec/index.ts';
import { failure } from '../failures.ts';
import { readText, type Dependencies } from '../cluster/manifests.ts';
import type { OrganizationInput, OrganizationSettings } from '../inputs.ts';
import type { IssuerName } from './certificates.ts';
import type { Roots } from './roots.ts';

/** Connections to the two CAs of an organization. What is read of them is read once for all steps that share them. */
export interface CertificateAuthorityPair extends Readonly<Record<IssuerName, CertificateAuthority>> {
  /** The root certificates with which they answer. */
  readonly roots: () => Promise<Roots>;
  /** The registrar's certificate and key at each of the two. Fails while it is not enrolled. */
  readonly registrars: () => Promise<Readonly<Record<IssuerName, Registrar>>>;
}

/** Access to the CAs of every organization that the worker works on. */
export interface CertificateAuthorities {
  /**
   * Connects, lets `act` talk to both CAs, and keeps the connections for a moment for the next step.
   *
   * @throws CertificateAuthorityError; ApplicationFailure `CertificateAuthorityUnreachable`, `MaterialMissing`
   */
  use: <T>(
    input: OrganizationInput,
    signal: AbortSignal,
    act: (pair: CertificateAuthorityPair) => Promise<T>,
  ) => Promise<T>;
}

interface OpenPair extends CertificateAuthorityPair {
  readonly close: () => Promise<void>;
}

/** Connections that several steps use at the same time. */
interface Shared {
  readonly pair: Promise<OpenPair>;
  users: number;
  idle: NodeJS.Timeout | undefined;
}

// The steps of one organization follow each other within milliseconds; after two quiet seconds its CAs are done with.
const KEEP_OPEN_MS = 2_000;

// A CA answers in tens of milliseconds; a machine that is busy with a bring-up may need seconds.
const CA_TIMEOUT_MS = 20_000;

export function createCertificateAuthorities(dependencies: Dependencies): CertificateAuthorities {
  const open = new Map<string, Shared>();

  const release = (key: string, shared: Shared): void => {
    if (open.get(key) === shared) open.delete(key);
    clearTimeout(shared.idle);
    // Whoever still uses the connections keeps them: the last user closes.
    if (shared.users === 0) shared.pair.then((pair) => pair.close()).catch(() => undefined);
  };

  return {
    use: async (input, signal, act) => {
      const key = `${input.organization.namespace}/${caName(input.organization)}`;
      const shared = open.get(key) ?? { pair: connect(dependencies, input), users: 0, idle: undefined };
      open.set(key, shared);
      clearTimeout(shared.idle);
      shared.users += 1;
      try {
        return await act(await shared.pair);
      } catch (error) {
        // Connections that failed once are not used again: the CA's pod may have been replaced.
        if (open.get(key) === shared) open.delete(key);
        throw error;
      } finally {
        shared.users -= 1;
        if (open.get(key) !== shared) release(key, shared);
        else if (shared.users === 0) {
          shared.idle = setTimeout(() => {
            release(key, shared);
          }, KEEP_OPEN_MS).unref();
        }
        signal.throwIfAborted();
      }
    },
  };
}

async function connect(dependencies: Dependencies, { organization }: OrganizationInput): Promise<OpenPair> {
  const connection = await openConnection(dependencies, organization);
  const endpoint = {
    host: connection.host,
    port: connection.port,
    servername: caName(organization),
    tlsRoots: connection.tlsRoots,
    timeoutMs: CA_TIMEOUT_MS,
  };
  const enrollmentCa = connectCertificateAuthority({ ...endpoint, caName: enrollmentCaName(organization.name) });
  const tlsCa = connectCertificateAuthority({ ...endpoint, caName: tlsCaName(organization.name) });
  return {
    enrollmentCa,
    tlsCa,
    roots: once(async () => {
      const [ca, tlsca] = await Promise.all([enrollmentCa.info(), tlsCa.info()]);
      return { ca: ca.chain, tlsca: tlsca.chain };
    }),
    registrars: once(() => readRegistrars(dependencies, organization)),
    close: async () => {
      await Promise.allSettled([enrollmentCa.close(), tlsCa.close()]);
      await connection.close();
    },
  };
}

function once<Result>(read: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => (result ??= read());
}

/** Opens a connection to the Service of the CAs. Not by a step's signal: steps share it, so that the end of one must not end it. */
async function openConnection(
  dependencies: Dependencies,
  organization: OrganizationSettings,
): Promise<{ readonly host: string; readonly port: number; readonly tlsRoots: string; close(): Promise<void> }> {
  const { namespace } = organization;
  const service = caName(organization);
  const opening = new AbortController();
  const tooSlow = setTimeout(() => {
    opening.abort(
      failure(
        'CertificateAuthorityUnreachable',
        `No connection to Service ${service} in namespace ${namespace} within ${CA_TIMEOUT_MS / 1000} s.`,
      ),
    );
  }, CA_TIMEOUT_MS);
  try {
    const tlsRoots = await readEndpointCertificate(dependencies, organization, opening.signal);
    const connection = await dependencies.connector.connect(
      { namespace, service, port: PORTS.service },
      opening.signal,
    );
    return { host: connection.host, port: connection.port, tlsRoots, close: () => connection.close() };
  } finally {
    clearTimeout(tooSlow);
  }
}

/** The certificate of the CAs' endpoint, which is its own trust anchor. */
async function readEndpointCertificate(
  dependencies: Dependencies,
  organization: OrganizationSettings,
  signal: AbortSignal,
): Promise<string> {
  const { tls } = certificateAuthorityObjects(organization);
  const endpoint = await readText(dependencies, 'Secret', organization.namespace, tls, signal);
  const certificate = endpoint?.['tls.crt'];
  if (certificate !== undefined) return certificate;
  throw failure(
    'MaterialMissing',
    `Secret ${tls} in namespace ${organization.namespace} is missing, so the CA's endpoint cannot be verified. It is made by the step startCertificateAuthority.`,
    { remedy: { kind: 'runAgain' } },
  );
}

/** Not by a step's signal either: what is read is for the steps after it, too. */
async function readRegistrars(
  dependencies: Dependencies,
  organization: OrganizationSettings,
): Promise<Readonly<Record<IssuerName, Registrar>>> {
  const { registrar } = certificateAuthorityObjects(organization);
  const { namespace } = organization;
  const secret = await readText(dependencies, 'Secret', namespace, registrar, AbortSignal.timeout(CA_TIMEOUT_MS));
  const { 'key.pem': key, 'cert.pem': certificate, 'tlsca-cert.pem': tlsCertificate } = secret ?? {};
  if (key === undefined || certificate === undefined || tlsCertificate === undefined) {
    throw failure(
      'MaterialMissing',
      `Secret ${registrar} in namespace ${namespace} does not hold the registrar's material. It is made by the step enrollRegistrar.`,
      { remedy: { kind: 'runAgain' } },
    );
  }
  return { enrollmentCa: { certificate, key }, tlsCa: { certificate: tlsCertificate, key } };
}
