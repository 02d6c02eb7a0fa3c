import { randomBytes } from 'node:crypto';

import { CertificateAuthorityError, type CertificateAuthority, type Registrar } from '../../fabric/index.ts';
import { failure } from '../failures.ts';
import { UNCHANGED, type Decision } from '../activity.ts';
import type { Identity } from '../inputs.ts';

/** The enrollment secret under which an identity shall be known at a CA. */
export interface EnrollmentSecret {
  readonly value: string;
  /** It was made just now, so that no CA can know it yet. */
  readonly isNew: boolean;
}

/** An enrollment secret: 192 random bits, in characters that need no quoting anywhere. */
export function newEnrollmentSecret(): string {
  return randomBytes(24).toString('base64url');
}

/** What a CA has to be told about an identity. */
export interface RegistrationDecision extends Decision {
  readonly call: 'register' | 'setSecret';
}

/**
 * Decides how an identity comes to be registered under its secret.
 *
 * @param known what the CA knows of it; undefined if nothing
 * @throws ApplicationFailure `IdentityConflict`
 */
export function decideRegistration(
  identity: Identity,
  known: { readonly type: string } | undefined,
  secret: Pick<EnrollmentSecret, 'isNew'>,
): RegistrationDecision {
  if (known === undefined) return { ...REGISTERED, call: 'register' };
  if (known.type !== identity.type) {
    throw failure(
      'IdentityConflict',
      `${identity.name} is registered as ${known.type}, but the description makes it ${identity.type}.`,
      { remedy: { kind: 'renameNode', node: identity.name } },
    );
  }
  // Whoever died between storing a new secret and telling it left the CA with the old one: it is told before each enrollment.
  if (!secret.isNew) return { ...UNCHANGED, call: 'setSecret' };
  return { outcome: 'updated', reason: 'its enrollment secret was missing and is replaced', call: 'setSecret' };
}

const REGISTERED: Decision = { outcome: 'created', reason: 'was not registered' };

/** Ensures that an identity is registered at a CA under its secret. */
export async function register(
  ca: CertificateAuthority,
  registrar: Registrar,
  identity: Identity,
  secret: EnrollmentSecret,
): Promise<Decision> {
  // With a new secret the identity is most likely unknown: asking first would cost a call for each of them.
  if (secret.isNew && (await registerUnknown(ca, registrar, identity, secret))) return REGISTERED;
  const known = await ca.identity(registrar, identity.name);
  const { call, ...decision } = decideRegistration(identity, known, secret);
  if (call === 'register') await ca.register(registrar, registrationOf(identity, secret));
  else await ca.setSecret(registrar, identity.name, secret.value);
  return decision;
}

/** @returns false if the CA knows the identity already */
async function registerUnknown(
  ca: CertificateAuthority,
  registrar: Registrar,
  identity: Identity,
  secret: EnrollmentSecret,
): Promise<boolean> {
  try {
    await ca.register(registrar, registrationOf(identity, secret));
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

function registrationOf({ name, type }: Identity, { value }: EnrollmentSecret): RegistrationRequest {
  return { id: name, type, secret: value, ...(type === 'admin' ? { attributes: ADMIN_ATTRIBUTES } : {}) };
}

type RegistrationRequest = Parameters<CertificateAuthority['register']>[1];
