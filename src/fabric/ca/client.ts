/*
 * A client of one Fabric CA, over its documented REST API
 * (https://hyperledger-fabric-ca.readthedocs.io, swagger/swagger-fabric-ca.json).
 *
 * Why not the fabric-ca-client program:
 * - It makes the private key in a folder of its own before it asks the CA. A process that dies in between leaves a
 *   certificate whose key is lost, and the retry enrolls a second time. Weft makes the key durable first, then asks, and
 *   after a lost answer asks the CA which certificates it has already issued (`certificates`).
 * - With this API an enrollment secret is never in an argument or an environment variable.
 * - A process per call is dear on small machines.
 *
 * The tests run the real fabric-ca-client beside it, to prove that the CA sees the same as that program would have made.
 */
import { z } from 'zod';

import { repeatedWrite } from '../../calls/index.ts';
import { authorizationToken, basicAuthorization, type Registrar } from './authorization.ts';
import { CertificateAuthorityTransport, type CertificateAuthorityEndpoint } from './transport.ts';
import { CertificateAuthorityError, passingCaCall } from './error.ts';
import { describeCertificate, splitPem } from '../msp/certificates.ts';

/** Identity types that Fabric's NodeOUs know; the CA writes the type into the certificate as its OU. */
export type IdentityType = 'orderer' | 'peer' | 'admin' | 'client';

/** An attribute of an identity; `ecert` puts it into every enrollment certificate unasked. */
export interface Attribute {
  readonly name: string;
  readonly value: string;
  readonly ecert?: boolean;
}

export interface Registration {
  /** Enrollment ID, e.g. `org1-peer1`. */
  readonly id: string;
  readonly type: IdentityType;
  /** The enrollment secret that the identity shall have. */
  readonly secret: string;
  /** How often it may enroll; absent means as often as it wants. */
  readonly maxEnrollments?: number;
  /** Where it belongs within its organization, e.g. `org1.department1`, which the CA must know; absent means nowhere in particular. */
  readonly affiliation?: string;
  readonly attributes?: readonly Attribute[];
}

/** By what an identity that is registered may enroll from now on. */
export interface EnrollmentAllowance {
  readonly secret: string;
  /** How often it may have enrolled at most, what it did before included; 0 means never again. Absent leaves it as it is. */
  readonly maxEnrollments?: number;
}

export interface Enrollment {
  readonly id: string;
  readonly secret: string;
  /** Certificate signing request, PEM; its common name must be the enrollment ID. */
  readonly csr: string;
  /** Signing profile; absent means an identity (MSP) certificate. */
  readonly profile?: 'tls';
}

/** What the CA knows of an identity. */
export interface RegisteredIdentity {
  readonly id: string;
  readonly type: string;
  readonly affiliation: string;
  readonly attributes: readonly Attribute[];
}

export interface CertificateAuthorityInfo {
  readonly name: string;
  /** Certificates of the CA, PEM, the CA's own first. */
  readonly chain: string;
  /** Version of fabric-ca-server, e.g. `1.5.21`. */
  readonly version: string;
}

/** A CA that answers. Every call throws `CertificateAuthorityError`, or the signal's reason when it is aborted. */
export interface CertificateAuthority {
  /** The CA's certificates and version (`GET /cainfo`). Needs no credentials. */
  info(): Promise<CertificateAuthorityInfo>;
  /** Has a certificate issued (`POST /enroll`). Each call issues a new one. */
  enroll(enrollment: Enrollment): Promise<{ readonly certificate: string; readonly chain: string }>;
  /** Makes an identity known (`POST /register`). After an answer that was lost it is looked up, and told its secret if it is known by then. */
  register(registrar: Registrar, registration: Registration): Promise<void>;
  /** The identity, or undefined if the CA says that it has none of this name (`GET /identities/<id>`). */
  identity(registrar: Registrar, id: string): Promise<RegisteredIdentity | undefined>;
  /** Replaces an identity's enrollment secret and forgives its failed attempts (`PUT /identities/<id>`). */
  setSecret(registrar: Registrar, id: string, allowance: EnrollmentAllowance): Promise<void>;
  /** PEM certificates issued to the identity that are neither expired nor revoked (`GET /certificates`). */
  certificates(registrar: Registrar, id: string): Promise<readonly string[]>;
  /** PEM certificates that were ever issued to the identity, expired and revoked ones too (`GET /certificates`). */
  everIssued(registrar: Registrar, id: string): Promise<readonly string[]>;
  /** Ensures that the CA knows an affiliation, with those that it is part of (`POST /affiliations`). */
  addAffiliation(registrar: Registrar, name: string): Promise<void>;
  /**
   * Revokes an identity for good: it enrolls no more, and all its certificates are revoked (`POST /revoke`). Done before it changes nothing.
   *
   * @throws CertificateAuthorityError `notFound` if the CA has no identity of this name
   */
  revoke(registrar: Registrar, id: string): Promise<void>;
  /** Revokes one certificate that the CA has issued (`POST /revoke`): whose it is enrolls again. Done before it changes nothing. */
  revokeCertificate(registrar: Registrar, certificate: string): Promise<void>;
  /** The list of all certificates that the CA has revoked, PEM, signed by the CA (`POST /gencrl`). */
  revocationList(registrar: Registrar): Promise<string>;
  /** Closes the connection; calls under way fail. */
  close(): Promise<void>;
}

/**
 * Opens a client of the CA `endpoint.caName`. Nothing is sent before the first call.
 *
 * @param endpoint where the CA answers and what is trusted there; see {@link CertificateAuthorityEndpoint}
 */
export function connectCertificateAuthority(endpoint: CertificateAuthorityEndpoint): CertificateAuthority {
  const transport = new CertificateAuthorityTransport(endpoint);
  const query = (parameters: Record<string, string> = {}): string =>
    new URLSearchParams({ ...parameters, ca: endpoint.caName }).toString();
  const identityPath = (id: string): string => `/api/v1/identities/${encodeURIComponent(id)}?${query()}`;

  const certificatesOf = async (registrar: Registrar, filter: CertificateFilter): Promise<readonly string[]> => {
    const answer = await transport.call(Certificates, {
      task: `list the certificates of ${filter.id}`,
      method: 'GET',
      path: `/api/v1/certificates?${query({ ...filter })}`,
      authorization: (request) => authorizationToken(registrar, request),
    });
    return answer.certs.map((certificate) => certificate.PEM);
  };

  const client: CertificateAuthority = {
    async info() {
      const answer = await transport.call(Info, {
        task: 'give its CA chain',
        method: 'GET',
        path: `/cainfo?${query()}`,
      });
      return { name: answer.CAName, chain: decodePem(answer.CAChain), version: answer.Version };
    },

    async enroll({ id, secret, csr, profile }) {
      const answer = await transport.call(Enrolled, {
        task: `enroll ${id}`,
        method: 'POST',
        path: `/api/v1/enroll?${query()}`,
        body: { certificate_request: csr, profile: profile ?? '' },
        authorization: () => basicAuthorization(id, secret),
        secrets: [secret],
      });
      return { certificate: decodePem(answer.Cert), chain: decodePem(answer.ServerInfo.CAChain) };
    },

    async register(registrar, { id, type, secret, maxEnrollments, affiliation, attributes }) {
      const send = (): Promise<unknown> =>
        transport.call(z.unknown(), {
          task: `register ${id}`,
          method: 'POST',
          path: `/api/v1/register?${query()}`,
          // Zero stands for what the CA's configuration says, which is without a limit (lib/util.go, getMaxEnrollments).
          body: {
            ...{ id, type, secret, affiliation: affiliation ?? '', attrs: attributes ?? [] },
            max_enrollments: maxEnrollments ?? 0,
          },
          authorization: (request) => authorizationToken(registrar, request),
          secrets: [secret],
        });
      const look = async (): Promise<unknown> => {
        const known = await client.identity(registrar, id);
        // One of another type was not made by this call, which says so when it is made again.
        if (known?.type !== type) return undefined;
        // It may have been known before, under another secret.
        await client.setSecret(registrar, id, { secret, ...(maxEnrollments === undefined ? {} : { maxEnrollments }) });
        return known;
      };
      await repeatedWrite(send, look, { passing: passingCaCall, signal: endpoint.signal });
    },

    async identity(registrar, id) {
      try {
        const answer = await transport.call(Identity, {
          task: `look up ${id}`,
          method: 'GET',
          path: identityPath(id),
          authorization: (request) => authorizationToken(registrar, request),
        });
        return {
          id: answer.id,
          type: answer.type,
          affiliation: answer.affiliation,
          attributes: answer.attrs ?? [],
        };
      } catch (error) {
        if (error instanceof CertificateAuthorityError && error.kind === 'notFound') return undefined;
        throw error;
      }
    },

    async setSecret(registrar, id, { secret, maxEnrollments }) {
      await transport.call(z.unknown(), {
        task: `change the enrollment secret of ${id}`,
        method: 'PUT',
        path: identityPath(id),
        body: { secret, ...(maxEnrollments === undefined ? {} : { max_enrollments: maxEnrollments || NEVER_AGAIN }) },
        isRepeatable: true,
        authorization: (request) => authorizationToken(registrar, request),
        secrets: [secret],
      });
    },

    certificates: (registrar, id) => certificatesOf(registrar, { id, notexpired: 'true', notrevoked: 'true' }),

    everIssued: (registrar, id) => certificatesOf(registrar, { id }),

    async addAffiliation(registrar, name) {
      try {
        await transport.call(z.unknown(), {
          task: `add the affiliation ${name}`,
          method: 'POST',
          path: `/api/v1/affiliations?${query({ force: 'true' })}`,
          body: { name },
          isRepeatable: true,
          authorization: (request) => authorizationToken(registrar, request),
        });
      } catch (error) {
        const isKnown =
          error instanceof CertificateAuthorityError && error.kind === 'rejected' && error.code === ADDING_AFFILIATION;
        if (!isKnown) throw error;
      }
    },

    async revoke(registrar, id) {
      await transport.call(z.unknown(), {
        task: `revoke ${id}`,
        method: 'POST',
        path: `/api/v1/revoke?${query()}`,
        body: { id },
        isRepeatable: true,
        authorization: (request) => authorizationToken(registrar, request),
      });
    },

    async revokeCertificate(registrar, certificate) {
      const { serial, authorityKeyId: aki } = describeCertificate(certificate);
      try {
        await transport.call(z.unknown(), {
          task: `revoke the certificate ${serial}`,
          method: 'POST',
          path: `/api/v1/revoke?${query()}`,
          body: { serial, aki },
          isRepeatable: true,
          authorization: (request) => authorizationToken(registrar, request),
        });
      } catch (error) {
        if (!(error instanceof CertificateAuthorityError && error.code === ALREADY_REVOKED)) throw error;
      }
    },

    async revocationList(registrar) {
      const answer = await transport.call(RevocationList, {
        task: 'make its revocation list',
        method: 'POST',
        path: `/api/v1/gencrl?${query()}`,
        body: {},
        isRepeatable: true,
        authorization: (request) => authorizationToken(registrar, request),
      });
      return Buffer.from(answer.CRL, 'base64').toString('utf8');
    },

    close: () => transport.close(),
  };
  return client;
}

// Field names as Fabric CA writes them (api/client.go, lib/serverrequestcontext.go); it writes null for an empty list.
const Info = z.object({ CAName: z.string(), CAChain: z.string(), Version: z.string() });
const Enrolled = z.object({ Cert: z.string(), ServerInfo: z.object({ CAChain: z.string() }) });
const Identity = z.object({
  id: z.string(),
  type: z.string(),
  affiliation: z.string(),
  attrs: z.array(z.object({ name: z.string(), value: z.string(), ecert: z.boolean().default(false) })).nullish(),
});
const RevocationList = z.object({ CRL: z.string() });
const Certificates = z.object({ certs: z.array(z.object({ PEM: z.string() })) });

/** Which certificates a CA lists; with an empty id those of everybody. */
type CertificateFilter = { readonly id: string } & Readonly<Record<string, string>>;

/** ErrUpdateConfigAddAff (lib/caerrors/servererror.go). With `force` it is refused for no other reason. */
const ADDING_AFFILIATION = 60;

/** ErrCertAlreadyRevoked (lib/caerrors/servererror.go). */
const ALREADY_REVOKED = 66;

/** How a modification says zero: there zero stands for what was (lib/serveridentities.go, getModifyReq). */
const NEVER_AGAIN = -2;

function decodePem(base64: string): string {
  return splitPem(Buffer.from(base64, 'base64').toString('utf8')).join('');
}
