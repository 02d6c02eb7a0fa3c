import type { CertificateAuthorities } from '../../../../src/activities/identities/ca-connections.ts';
import type { IssuerName } from '../../../../src/activities/identities/certificates.ts';
import {
  CertificateAuthorityError,
  describeCertificate,
  type Attribute,
  type CertificateAuthority,
  type CertificateAuthorityErrorKind,
  type IdentityType,
  type Registrar,
} from '../../../../src/fabric/index.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { newAuthority, type Leaf, type TestAuthority } from '../../fabric/ca/authority.ts';
import { storedConfigMap, storedSecret } from '../stored.ts';

const HOUR_MS = 3_600_000;

/** Valid now, for a day. */
export const CURRENT = { from: new Date(Date.now() - HOUR_MS), to: new Date(Date.now() + 24 * HOUR_MS) };

/** Ended an hour ago. */
export const EXPIRED = { from: new Date(Date.now() - 3 * HOUR_MS), to: new Date(Date.now() - HOUR_MS) };

/** One CA in memory that answers as Fabric CA does. */
export interface FakeCa extends CertificateAuthority {
  /** Root certificate, PEM. */
  readonly root: string;
  /** The identities that it knows, with their secrets. */
  readonly identities: Map<string, FakeIdentity>;
  /** What it has issued to each identity, PEM. */
  readonly issued: Map<string, string[]>;
  /** Enrollment IDs of those that it has revoked. */
  readonly revoked: Set<string>;
  /** Certificates that it has revoked by themselves, PEM. */
  readonly revokedCertificates: Set<string>;
  readonly affiliations: Set<string>;
  /** What it was asked to do, in order, e.g. `register org1-peer1`. */
  readonly calls: string[];
  /** Issues a certificate as it would have some time ago. */
  readonly issue: (leaf: Leaf) => Promise<{ readonly certificate: string; readonly key: string }>;
  /** Called with each call before it is carried out; what it throws is the answer. */
  before: (call: string) => Promise<void>;
  /** The same after it was carried out: an answer that gets lost. */
  after: (call: string) => void | Promise<void>;
}

export interface FakeIdentity {
  readonly type: string;
  readonly secret: string;
  /** How often it may enroll; absent means as often as it wants. */
  readonly maxEnrollments?: number;
  readonly affiliation?: string;
  readonly attributes?: readonly Attribute[];
}

export async function fakeCa(name: string): Promise<FakeCa> {
  const authority: TestAuthority = await newAuthority(name, CURRENT);
  const refuse = (kind: CertificateAuthorityErrorKind, task: string, reason: string): CertificateAuthorityError =>
    new CertificateAuthorityError({ kind, authority: name, task, reason });

  const authenticate = (registrar: Registrar, task: string): void => {
    const isKnown = ca.issued.get('rcaadmin')?.includes(registrar.certificate) === true;
    if (isKnown && describeCertificate(registrar.certificate).notAfter > new Date()) return;
    throw refuse('authenticationFailed', task, 'Authentication failure');
  };
  const carryOut = async <Result>(call: string, act: () => Result | Promise<Result>): Promise<Result> => {
    ca.calls.push(call);
    await ca.before(call);
    const result = await act();
    await ca.after(call);
    return result;
  };
  const keep = (id: string, certificate: string): void => {
    ca.issued.set(id, [...(ca.issued.get(id) ?? []), certificate]);
  };

  const ca: FakeCa = {
    root: authority.chain,
    identities: new Map([['rcaadmin', { type: 'client', secret: 'password' }]]),
    issued: new Map(),
    revoked: new Set(),
    revokedCertificates: new Set(),
    affiliations: new Set(),
    calls: [],
    before: () => Promise.resolve(),
    after: () => undefined,
    issue: async (leaf) => {
      const issued = await authority.issue({ validity: CURRENT, ...leaf });
      keep(leaf.commonName ?? '', issued.certificate);
      return issued;
    },
    info: () => carryOut('info', () => ({ name, chain: authority.chain, version: '1.5.21' })),
    register: (registrar, { id, ...registration }) =>
      carryOut(`register ${id}`, () => {
        authenticate(registrar, `register ${id}`);
        if (ca.identities.has(id)) throw refuse('alreadyRegistered', `register ${id}`, `${id} is already registered`);
        const { affiliation = '' } = registration;
        if (affiliation !== '' && !ca.affiliations.has(affiliation)) {
          throw refuse('notAuthorized', `register ${id}`, 'Authorization failure');
        }
        ca.identities.set(id, registration);
      }),
    identity: (registrar, id) =>
      carryOut(`identity ${id}`, () => {
        authenticate(registrar, `look up ${id}`);
        const known = ca.identities.get(id);
        if (known === undefined) return undefined;
        const { type, affiliation = '', attributes = [] } = known;
        // What a CA adds of its own accord.
        return { id, type, affiliation, attributes: [...attributes, { name: 'hf.Type', value: type, ecert: true }] };
      }),
    setSecret: (registrar, id, allowance) =>
      carryOut(`setSecret ${id}`, () => {
        authenticate(registrar, `change the enrollment secret of ${id}`);
        ca.identities.set(id, { type: '', ...ca.identities.get(id), ...allowance });
      }),
    certificates: (registrar, id) =>
      carryOut(`certificates ${id}`, () => {
        authenticate(registrar, `list the certificates of ${id}`);
        if (ca.revoked.has(id)) return [];
        const isValid = (pem: string): boolean => describeCertificate(pem).notAfter > new Date();
        return (ca.issued.get(id) ?? []).filter((pem) => isValid(pem) && !ca.revokedCertificates.has(pem));
      }),
    everIssued: (registrar, id) =>
      carryOut(`everIssued ${id}`, () => {
        authenticate(registrar, `list the certificates of ${id}`);
        return ca.issued.get(id) ?? [];
      }),
    enroll: ({ id, secret, csr, profile }) =>
      carryOut(profile === undefined ? `enroll ${id}` : `enroll ${id} for ${profile}`, async () => {
        const known = ca.identities.get(id);
        const isUsedUp = (ca.issued.get(id)?.length ?? 0) >= (known?.maxEnrollments ?? Infinity);
        if (known?.secret !== secret || isUsedUp || ca.revoked.has(id))
          throw refuse('authenticationFailed', `enroll ${id}`, 'Authentication failure');
        const certificate = await authority.sign(csr, { units: [known.type as IdentityType], validity: CURRENT });
        keep(id, certificate);
        return { certificate, chain: authority.chain };
      }),
    addAffiliation: (registrar, affiliation) =>
      carryOut(`addAffiliation ${affiliation}`, () => {
        authenticate(registrar, `add the affiliation ${affiliation}`);
        ca.affiliations.add(affiliation);
      }),
    revoke: (registrar, id) =>
      carryOut(`revoke ${id}`, () => {
        authenticate(registrar, `revoke ${id}`);
        if (!ca.identities.has(id)) throw refuse('notFound', `revoke ${id}`, `Identity ${id} was not found`);
        ca.revoked.add(id);
      }),
    revokeCertificate: (registrar, certificate) => {
      const { commonName } = describeCertificate(certificate);
      return carryOut(`revokeCertificate of ${commonName}`, () => {
        authenticate(registrar, `revoke a certificate of ${commonName}`);
        ca.revokedCertificates.add(certificate);
      });
    },
    revocationList: (registrar) =>
      carryOut('revocationList', () => {
        authenticate(registrar, 'make its revocation list');
        const ofNames = [...ca.revoked].flatMap((id) => ca.issued.get(id) ?? []);
        return authority.revocationList([...new Set([...ofNames, ...ca.revokedCertificates])]);
      }),
    close: () => Promise.resolve(),
  };
  return ca;
}

/** Both CAs of org1 with a registrar that is enrolled at both. */
export interface FakeAuthorities extends CertificateAuthorities, Readonly<Record<IssuerName, FakeCa>> {
  /** The registrar's Secret, as a bring-up leaves it. */
  registrar: { readonly 'key.pem': string; readonly 'cert.pem': string; readonly 'tlsca-cert.pem': string };
  /** What both were asked, without the names of the CAs, and who asked first is first. */
  readonly calls: () => string[];
}

export async function fakeAuthorities(validity = CURRENT): Promise<FakeAuthorities> {
  const enrollmentCa = await fakeCa('org1-ca');
  const tlsCa = await fakeCa('org1-tlsca');
  const leaf: Leaf = { commonName: 'rcaadmin', units: ['client'], validity };
  const { certificate, key } = await enrollmentCa.issue(leaf);
  const tls = await tlsCa.issue({ ...leaf, key });
  const authorities: FakeAuthorities = {
    enrollmentCa,
    tlsCa,
    registrar: { 'key.pem': key, 'cert.pem': certificate, 'tlsca-cert.pem': tls.certificate },
    calls: () => [...enrollmentCa.calls, ...tlsCa.calls],
    use: (_, __, act) =>
      act({
        enrollmentCa,
        tlsCa,
        roots: async () => ({ ca: (await enrollmentCa.info()).chain, tlsca: (await tlsCa.info()).chain }),
        registrars: () => {
          const { registrar } = authorities;
          return Promise.resolve({
            enrollmentCa: { certificate: registrar['cert.pem'], key: registrar['key.pem'] },
            tlsCa: { certificate: registrar['tlsca-cert.pem'], key: registrar['key.pem'] },
          });
        },
      }),
  };
  return authorities;
}

/** What a cluster holds when the CAs of org1 have come up and their registrar is enrolled. */
export function storedOfCas({ enrollmentCa, tlsCa, registrar }: FakeAuthorities): KubernetesObject[] {
  return [
    storedConfigMap('org1-ca-certificates', { 'ca.pem': enrollmentCa.root, 'tlsca.pem': tlsCa.root }),
    storedSecret('org1-ca-registrar', registrar),
  ];
}
