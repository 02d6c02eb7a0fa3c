import { CertificateAuthorityError, type CertificateAuthority, type Registrar } from '../../fabric/index.ts';
import { failure } from '../failures.ts';
import { UNCHANGED, type Decision } from '../activity.ts';
import type { Identity } from '../inputs.ts';

/** How an identity is to be known at a CA. */
export interface Registration {
  /** Its enrollment secret. */
  readonly secret: string;
  /** The secret was made just now: no CA can know it yet. */
  readonly isNew: boolean;
  /** Decide, but change nothing. */
  readonly dryRun: boolean;
}

/** Has an identity registered at a CA, under its secret. */
export async function registerAt(
  ca: CertificateAuthority,
  registrar: Registrar,
  identity: Identity,
  registration: Registration,
): Promise<Decision> {
  // With a new secret the identity is most likely unknown: asking first would cost a call for each of them.
  if (registration.isNew && !registration.dryRun && (await registerNew(ca, registrar, identity, registration)))
    return REGISTERED;
  const known = await ca.identity(registrar, identity.name);
  if (known === undefined) {
    if (!registration.dryRun) await ca.register(registrar, { ...requestFor(identity), secret: registration.secret });
    return REGISTERED;
  }
  if (known.type !== identity.type) {
    throw failure(
      'IdentityConflict',
      `${identity.name} is registered as ${known.type}, but the description makes it ${identity.type}. Give the node another name, or remove the identity at the CA.`,
    );
  }
  if (!registration.isNew) return UNCHANGED;
  // Registered before, but its secret is lost: the CA gets the new one.
  if (!registration.dryRun) await ca.setSecret(registrar, identity.name, registration.secret);
  return { outcome: 'updated', reason: 'its enrollment secret was missing and is replaced' };
}

const REGISTERED: Decision = { outcome: 'created', reason: 'was not registered' };

/** @returns false if the CA knows the identity already */
async function registerNew(
  ca: CertificateAuthority,
  registrar: Registrar,
  identity: Identity,
  { secret }: Registration,
): Promise<boolean> {
  try {
    await ca.register(registrar, { ...requestFor(identity), secret });
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

function requestFor({ name, type }: Identity): {
  id: string;
  type: Identity['type'];
  attributes?: typeof ADMIN_ATTRIBUTES;
} {
  return { id: name, type, ...(type === 'admin' ? { attributes: ADMIN_ATTRIBUTES } : {}) };
}
