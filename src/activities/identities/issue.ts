import { repeatedWrite } from '../../calls/index.ts';
import { certificateSigningRequest, describeCertificate, newPrivateKey, passingCaCall } from '../../fabric/index.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { writeSecret, type OwnedSecret, type StoredSecret } from '../cluster/secrets.ts';
import type { NetworkInput } from '../inputs.ts';
import {
  isValid,
  type EvaluatedCertificate,
  type EvaluatedSecret,
  type Expectation,
  type IssuerName,
} from './certificates.ts';
import type { EnrollmentRequest } from './registration.ts';

/** A CA, as one who wants certificates sees it. */
export interface Issuer {
  /** Has another certificate issued, PEM. */
  readonly enroll: (request: EnrollmentRequest) => Promise<{ readonly certificate: string }>;
  /** The certificates that it has issued to an identity and that are still valid, PEM. */
  readonly issued: (id: string) => Promise<readonly string[]>;
}

/** A Secret without what it holds. */
type SecretPlace = OwnedSecret extends infer Secret ? (Secret extends unknown ? Omit<Secret, 'data'> : never) : never;

export interface Issuance extends Pick<NetworkInput, 'network'> {
  /** Where key and certificates are stored. */
  readonly secret: SecretPlace;
  /** Who gets them. */
  readonly expected: Expectation;
  readonly issuers: Readonly<Record<IssuerName, Issuer>>;
  /** How key and certificates are stored, from their usual entries; absent means just so. */
  readonly storedAs?: (entries: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Issues the certificates of a Secret that are due, and stores them with their key. All identities get theirs here: nodes, Admins,
 * chaincode servers and the registrar.
 *
 * The key is durable before a CA certifies it, so that an answer that gets lost is not asked for a second time: the CA is then
 * asked what it has issued. A key that is there is kept: the consenters of a channel are known by theirs.
 *
 * @returns the certificates of the Secret after that, PEM, by entry
 */
export async function issueCertificates(
  dependencies: Dependencies,
  { stored, certificates }: EvaluatedSecret,
  issuance: Issuance,
): Promise<Readonly<Record<string, string>>> {
  const { expected, issuers } = issuance;
  const { key, isNew, durable } = await ensureKey(dependencies, stored, issuance);
  const entries = await allEnded(
    certificates.map(async (evaluated): Promise<[string, string]> => {
      const { kind, pem, decision, isAsked } = evaluated;
      if (pem !== undefined && decision.outcome === 'unchanged') return [kind.entry, pem];
      const issuer = issuers[kind.issuer];
      const findIssued = async (): Promise<string | undefined> => {
        const candidates = await issuer.issued(expected.identity.name);
        return candidates.find(
          (candidate) => isValid(kind, candidate, key, expected) && !(isAsked && isOlder(candidate, pem)),
        );
      };
      const issued =
        (isNew ? undefined : await findIssued()) ??
        (await repeatedWrite(() => enroll(issuer, key, evaluated, issuance), findIssued, {
          passing: passingCaCall,
          signal: issuance.signal,
        }));
      return [kind.entry, issued];
    }),
  );
  const issued = Object.fromEntries(entries);
  const caCertificates = certificates.flatMap(({ kind }) => Object.entries(kind.caCertificates(expected.roots)));
  const data = { 'key.pem': key, ...issued, ...Object.fromEntries(caCertificates) };
  await write(dependencies, data, durable, issuance);
  return issued;
}

/** Where a renewal was asked for, what was issued before the certificate that is there now is no answer to it. */
function isOlder(candidate: string, stored: string | undefined): boolean {
  return stored !== undefined && describeCertificate(candidate).notAfter <= describeCertificate(stored).notAfter;
}

/** The key that is stored, or a new one, stored before it is returned. */
async function ensureKey(
  dependencies: Dependencies,
  stored: StoredSecret,
  issuance: Issuance,
): Promise<{ readonly key: string; readonly isNew: boolean; readonly durable: StoredSecret }> {
  const kept = stored.data['key.pem'];
  if (kept !== undefined) return { key: kept, isNew: false, durable: stored };
  const key = newPrivateKey();
  return { key, isNew: true, durable: await write(dependencies, { 'key.pem': key }, stored, issuance) };
}

/** Requests a certificate for a key. Each call makes the CA issue another one. */
async function enroll(
  issuer: Issuer,
  key: string,
  { kind: { profile }, pem }: EvaluatedCertificate,
  { expected: { identity } }: Issuance,
): Promise<string> {
  const csr = await certificateSigningRequest({ commonName: identity.name, hosts: identity.hosts, key });
  const { certificate } = await issuer.enroll({ csr, profile, isFirst: pem === undefined });
  return certificate;
}

function write(
  dependencies: Dependencies,
  data: Readonly<Record<string, string>>,
  over: StoredSecret,
  { secret, network, signal, storedAs = (entries) => entries }: Issuance,
): Promise<StoredSecret> {
  return writeSecret(dependencies, { ...secret, data: storedAs(data) }, over, { network, signal });
}

/**
 * Awaits all calls to CAs, and only then fails with the first failure: a step that ended while one of its calls is still under way
 * could be tried again beside it, and enroll twice.
 */
export async function allEnded<Result>(calls: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(calls);
  return Promise.all(calls);
}
