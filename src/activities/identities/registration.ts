import { randomBytes } from 'node:crypto';

import {
  CertificateAuthorityError,
  describeCertificate,
  type CertificateAuthority,
  type RegisteredIdentity,
  type Registrar,
} from '../../fabric/index.ts';
import { failure } from '../failures.ts';
import type { Identity } from '../inputs.ts';

/** An enrollment secret: 192 random bits, in characters that need no quoting anywhere. */
export function newEnrollmentSecret(): string {
  return randomBytes(24).toString('base64url');
}

/** What is certified, and what is known of who asks for it. */
export interface EnrollmentRequest {
  /** Certificate signing request, PEM. */
  readonly csr: string;
  /** Signing profile; absent means an identity (MSP) certificate. */
  readonly profile?: 'tls' | undefined;
  /** Nothing was issued to the identity so far as is known, so that the CA hardly knows it yet. */
  readonly isFirst: boolean;
}

/**
 * Has a certificate issued to an identity by a secret that is made for this one enrollment, and that nobody keeps.
 *
 * @throws CertificateAuthorityError; ApplicationFailure `IdentityConflict`, `IdentityRevoked`, `ObjectConflict`
 */
export async function enrollOnce(
  ca: CertificateAuthority,
  registrar: Registrar,
  identity: Identity,
  request: EnrollmentRequest,
): Promise<{ readonly certificate: string }> {
  const { name } = identity;
  const first = await enrollBySecret(ca, registrar, identity, request);
  if (first.kind === 'issued') return first;
  // A CA that has revoked a name says no more than that it is not let in. A node that was removed and came back has revoked certificates alone,
  // too, and may have been refused since another attempt has set its own secret: that hardly happens twice.
  const mayBeRevoked = await areAllRevoked(ca, registrar, name);
  const second = mayBeRevoked ? await enrollBySecret(ca, registrar, identity, request) : first;
  if (second.kind === 'issued') return second;
  if (mayBeRevoked) throw identityRevoked(name);
  throw failure(
    'ObjectConflict',
    `${second.refusal.message} The secret was set just now, so another attempt of this step has set its own since then.`,
  );
}

type EnrollmentAnswer =
  | { readonly kind: 'issued'; readonly certificate: string }
  | { readonly kind: 'refused'; readonly refusal: CertificateAuthorityError };

async function enrollBySecret(
  ca: CertificateAuthority,
  registrar: Registrar,
  identity: Identity,
  { csr, profile, isFirst }: EnrollmentRequest,
): Promise<EnrollmentAnswer> {
  const secret = newEnrollmentSecret();
  await allowEnrollment(ca, registrar, identity, { secret, isFirst });
  try {
    const enrollment = { id: identity.name, secret, csr, ...(profile === undefined ? {} : { profile }) };
    const { certificate } = await ca.enroll(enrollment);
    return { kind: 'issued', certificate };
  } catch (error) {
    if (!(error instanceof CertificateAuthorityError) || error.kind !== 'authenticationFailed') throw error;
    return { kind: 'refused', refusal: error };
  }
}

/** Whether a CA has revoked all certificates of an identity that have not ended, of which there are some. */
async function areAllRevoked(ca: CertificateAuthority, registrar: Registrar, id: string): Promise<boolean> {
  const [issued, valid] = await Promise.all([ca.everIssued(registrar, id), ca.certificates(registrar, id)]);
  const now = new Date();
  return valid.length === 0 && issued.some((certificate) => describeCertificate(certificate).notAfter > now);
}

export function identityRevoked(id: string): Error {
  return failure('IdentityRevoked', `${id} is revoked at its CA, which enrolls nobody of that name again.`, {
    remedy: { kind: 'renameIdentity', identity: id },
  });
}

/** Ensures that a CA knows an identity, and takes the secret for one enrollment. */
async function allowEnrollment(
  ca: CertificateAuthority,
  registrar: Registrar,
  identity: Identity,
  { secret, isFirst }: { readonly secret: string; readonly isFirst: boolean },
): Promise<void> {
  const registration = registrationOf(identity, secret);
  // An identity without certificates is most likely unknown: asking first would cost a call for each of them.
  if (identity.affiliation !== undefined) await ca.addAffiliation(registrar, identity.affiliation);
  if (isFirst && (await registerUnknown(ca, registrar, registration))) return;
  const known = await ca.identity(registrar, identity.name);
  if (known === undefined) {
    await ca.register(registrar, registration);
    return;
  }
  requireType(identity, known);
  requireRegistration(identity, known);
  // Fabric CA counts enrollments, and does not tell how many there were. Each has left a certificate.
  const issued = await ca.everIssued(registrar, identity.name);
  await ca.setSecret(registrar, identity.name, { secret, maxEnrollments: issued.length + 1 });
}

/**
 * Ensures that an identity is what the description says where a CA knows it.
 *
 * @param known what the CA knows of it; undefined if nothing
 * @throws ApplicationFailure `IdentityConflict`
 */
export function requireType({ name, type }: Identity, known: { readonly type: string } | undefined): void {
  if (known === undefined || known.type === type) return;
  throw failure('IdentityConflict', `${name} is registered as ${known.type}, but the description makes it ${type}.`, {
    remedy: { kind: 'renameNode', node: name },
  });
}

/**
 * Ensures that somebody whom a CA knows has the attributes and the affiliation that were asked for.
 *
 * @throws ApplicationFailure `IdentityConflict`
 */
function requireRegistration({ name, affiliation = '', attributes }: Identity, known: RegisteredIdentity): void {
  if (attributes === undefined) return;
  // The CA adds what it makes of name, type and affiliation (lib/serverregister.go, registerUserID).
  const own = known.attributes.filter((attribute) => !CA_ATTRIBUTES.includes(attribute.name));
  const isSame =
    known.affiliation === affiliation &&
    own.length === attributes.length &&
    attributes.every(({ name: wanted, value, ecert = false }) =>
      own.some((one) => one.name === wanted && one.value === value && (one.ecert ?? false) === ecert),
    );
  if (isSame) return;
  throw failure(
    'IdentityConflict',
    `${name} is registered already, with another affiliation or other attributes than were asked for.`,
    { remedy: { kind: 'renameIdentity', identity: name } },
  );
}

const CA_ATTRIBUTES = ['hf.EnrollmentID', 'hf.Type', 'hf.Affiliation'];

/** Ensures that a CA takes no secret of an identity any more, until it is allowed another enrollment. */
export async function withdrawSecret(ca: CertificateAuthority, registrar: Registrar, id: string): Promise<void> {
  if ((await ca.identity(registrar, id)) === undefined) return;
  await ca.setSecret(registrar, id, { secret: newEnrollmentSecret(), maxEnrollments: 0 });
}

/** @returns false if the CA knows the identity already */
async function registerUnknown(
  ca: CertificateAuthority,
  registrar: Registrar,
  registration: RegistrationRequest,
): Promise<boolean> {
  try {
    await ca.register(registrar, registration);
    return true;
  } catch (error) {
    if (error instanceof CertificateAuthorityError && error.kind === 'alreadyRegistered') return false;
    throw error;
  }
}

/** What an organization's Admin may do at the CA, and what chaincode may read of it; the same as in Fabric's test network. */
const ADMIN_ATTRIBUTES = [
  { name: 'hf.Registrar.Roles', value: 'client' },
  { name: 'hf.Registrar.Attributes', value: '*' },
  { name: 'hf.Revoker', value: 'true' },
  { name: 'hf.GenCRL', value: 'true' },
  { name: 'admin', value: 'true', ecert: true },
  { name: 'abac.init', value: 'true', ecert: true },
] as const;

function registrationOf(
  { name, type, affiliation, attributes = type === 'admin' ? ADMIN_ATTRIBUTES : undefined }: Identity,
  secret: string,
): RegistrationRequest {
  return {
    ...{ id: name, type, secret, maxEnrollments: 1 },
    ...(affiliation === undefined ? {} : { affiliation }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

type RegistrationRequest = Parameters<CertificateAuthority['register']>[1];
