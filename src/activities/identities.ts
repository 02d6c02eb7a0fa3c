import { randomBytes } from 'node:crypto';

import type { CertificateAuthority, Registrar } from '../fabric/index.ts';
import { certificateAuthorityObjects, identitySecrets } from '../spec/index.ts';
import type { CertificateAuthorities } from './certificate-authorities.ts';
import { ENROLLMENT, enroll, TLS } from './enrollment.ts';
import { failure } from './failures.ts';
import { applySecret, readText, type Dependencies } from './manifests.ts';
import { asStep, join, UNCHANGED, type Decision, type StepContext, type StepResult } from './step.ts';
import type { Identity, IdentityTarget } from './targets.ts';

export interface IdentityActivities {
  registerIdentity: (target: IdentityTarget) => Promise<StepResult>;
  enrollIdentity: (target: IdentityTarget) => Promise<StepResult>;
  enrollTls: (target: IdentityTarget) => Promise<StepResult>;
}

/** Nodes and Admins at their organization's CAs: registered once, enrolled for an identity and for TLS. */
export function createIdentityActivities(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
): IdentityActivities {
  return {
    registerIdentity: asStep((target, context) => registerIdentity(dependencies, authorities, target, context)),
    enrollIdentity: asStep((target, context) =>
      enroll(dependencies, authorities, { ...target, kind: ENROLLMENT }, context),
    ),
    enrollTls: asStep((target, context) => enroll(dependencies, authorities, { ...target, kind: TLS }, context)),
  };
}

async function registerIdentity(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
  target: IdentityTarget,
  { signal }: StepContext,
): Promise<Decision> {
  const { organization, identity, dryRun } = target;
  const { enrollment } = identitySecrets(identity.name);
  const stored = await readText(dependencies, 'Secret', organization.namespace, enrollment, signal);
  const names = certificateAuthorityObjects(organization);
  if (
    dryRun &&
    (await readText(dependencies, 'Secret', organization.namespace, names.registrar, signal)) === undefined
  ) {
    return { outcome: 'created', reason: 'the CA is not there yet' };
  }

  // The secret is durable before the CA knows it: whoever dies in between finds it again.
  const secret = stored?.['secret'] ?? randomBytes(24).toString('base64url');
  const kept = await applySecret(
    dependencies,
    {
      name: enrollment,
      namespace: organization.namespace,
      organization: organization.name,
      owner: identity.name,
      data: { id: identity.name, secret },
    },
    { ...target, signal },
  );

  const registrar = await authorities.registrar(target, signal);
  const registered = await authorities.use(target, signal, ({ enrollmentCa, tlsCa }) =>
    Promise.all([
      registerAt(enrollmentCa, registrar.enrollmentCa, identity, { secret, isNew: stored === undefined, dryRun }),
      registerAt(tlsCa, registrar.tlsCa, identity, { secret, isNew: stored === undefined, dryRun }),
    ]),
  );
  return join([kept, ...registered]);
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

async function registerAt(
  ca: CertificateAuthority,
  registrar: Registrar,
  { name, type }: Identity,
  { secret, isNew, dryRun }: { secret: string; isNew: boolean; dryRun: boolean },
): Promise<Decision> {
  const known = await ca.identity(registrar, name);
  if (known === undefined) {
    if (!dryRun)
      await ca.register(registrar, {
        id: name,
        type,
        secret,
        ...(type === 'admin' ? { attributes: ADMIN_ATTRIBUTES } : {}),
      });
    return { outcome: 'created', reason: 'was not registered' };
  }
  if (known.type !== type) {
    throw failure(
      'IdentityConflict',
      `${name} is registered as ${known.type}, but the description makes it ${type}. Give the node another name, or remove the identity at the CA.`,
    );
  }
  if (!isNew) return UNCHANGED;
  // Registered before, but its secret is lost: the CA gets the new one.
  if (!dryRun) await ca.setSecret(registrar, name, secret);
  return { outcome: 'updated', reason: 'its enrollment secret was missing and is replaced' };
}
