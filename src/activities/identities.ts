import { randomBytes } from 'node:crypto';

import {
  newPrivateKey,
  verifyMsp,
  verifyTls,
  type CertificateAuthority,
  type Registrar,
  type Violation,
} from '../fabric/index.ts';
import { certificateAuthorityObjects, identitySecrets } from '../spec/index.ts';
import type { CertificateAuthorities } from './certificateAuthorities.ts';
import { issuedCertificate, newCertificate } from './enrollment.ts';
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
    enrollIdentity: asStep((target, context) => enroll(dependencies, authorities, target, 'identity', context)),
    enrollTls: asStep((target, context) => enroll(dependencies, authorities, target, 'tls', context)),
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

type CertificateUse = 'identity' | 'tls';

async function enroll(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
  target: IdentityTarget,
  use: CertificateUse,
  { signal }: StepContext,
): Promise<Decision> {
  const { organization, identity, dryRun } = target;
  const { namespace } = organization;
  const secrets = identitySecrets(identity.name);
  const name = use === 'identity' ? secrets.msp : secrets.tls;
  const [stored, published] = await Promise.all([
    readText(dependencies, 'Secret', namespace, name, signal),
    readText(dependencies, 'ConfigMap', namespace, certificateAuthorityObjects(organization).certificates, signal),
  ]);
  const roots = { ca: published?.['ca.pem'] ?? '', tlsca: published?.['tlsca.pem'] ?? '' };
  const violations = (certificate: string | undefined, key: string | undefined): readonly Violation[] =>
    violationsOf({ certificate, key, use, identity, roots });
  const [violation] = violations(stored?.['cert.pem'], stored?.['key.pem']);
  if (violation === undefined) return UNCHANGED;
  const isNew = stored?.['cert.pem'] === undefined;
  const decision: Decision = {
    outcome: isNew ? 'created' : 'updated',
    reason: isNew ? 'was not enrolled' : violation.message,
  };
  if (dryRun) return decision;

  const write = (data: Record<string, string>): Promise<Decision> =>
    applySecret(
      dependencies,
      { name, namespace, organization: organization.name, owner: identity.name, data },
      { ...target, signal },
    );

  // The key is durable before the CA certifies it, so that an answer that gets lost is not asked for a second time.
  // A key that is there is kept: the consenters of a channel are known by theirs.
  const key = stored?.['key.pem'] ?? newPrivateKey();
  const wasInterrupted = stored?.['key.pem'] !== undefined;
  if (!wasInterrupted) await write({ 'key.pem': key });
  const secret = await enrollmentSecret(dependencies, namespace, secrets.enrollment, signal);
  const certificate = await authorities.use(target, signal, async (pair) => {
    const ca = use === 'identity' ? pair.enrollmentCa : pair.tlsCa;
    if (wasInterrupted) {
      const registrar = await authorities.registrar(target, signal);
      const own = use === 'identity' ? registrar.enrollmentCa : registrar.tlsCa;
      const accepts = (candidate: string): boolean => violations(candidate, key).length === 0;
      const issued = await issuedCertificate(ca, own, identity.name, accepts);
      if (issued !== undefined) return issued;
    }
    return newCertificate(ca, {
      id: identity.name,
      secret,
      key,
      hosts: identity.hosts,
      ...(use === 'tls' ? { profile: 'tls' as const } : {}),
    });
  });
  await write(materialOf(use, certificate, key, roots));
  return decision;
}

interface Roots {
  readonly ca: string;
  readonly tlsca: string;
}

/** The Secret of an identity or of a TLS pair, as the manifests of nodes mount it. */
function materialOf(
  use: CertificateUse,
  certificate: string,
  key: string,
  { ca, tlsca }: Roots,
): Record<string, string> {
  const pair = { 'cert.pem': certificate, 'key.pem': key };
  return use === 'identity' ? { ...pair, 'ca.pem': ca, 'tlsca.pem': tlsca } : { ...pair, 'ca.pem': tlsca };
}

function violationsOf({
  certificate,
  key,
  use,
  identity,
  roots,
}: {
  certificate: string | undefined;
  key: string | undefined;
  use: CertificateUse;
  identity: Identity;
  roots: Roots;
}): readonly Violation[] {
  const material = { certificate, key, commonName: identity.name, hosts: identity.hosts, now: new Date() };
  return use === 'identity'
    ? verifyMsp({ ...material, caChain: roots.ca, role: identity.type })
    : verifyTls({ ...material, caChain: roots.tlsca });
}

async function enrollmentSecret(
  dependencies: Dependencies,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  const secret = (await readText(dependencies, 'Secret', namespace, name, signal))?.['secret'];
  if (secret !== undefined) return secret;
  throw failure(
    'MaterialMissing',
    `Secret ${name} in namespace ${namespace} is missing. It is made by the step registerIdentity: run weft up again.`,
  );
}
