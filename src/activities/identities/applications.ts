import { z } from 'zod';

import { applicationSecret } from '../../spec/index.ts';
import { asStep, join, UNCHANGED, type Decision, type StepContext, type StepResult } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { readSecret, writeSecret, type StoredSecret } from '../cluster/secrets.ts';
import { failure } from '../failures.ts';
import type { ApplicationIdentity, ApplicationInput, OrganizationInput, RevocationInput } from '../inputs.ts';
import type { CertificateAuthorities } from './ca-connections.ts';
import { evaluateApplication, isDue } from './certificates.ts';
import { issuersOf } from './enroll.ts';
import { issueCertificates } from './issue.ts';
import { identityRevoked } from './registration.ts';
import { readRoots } from './roots.ts';

export interface RevokedIdentity extends StepResult {
  /** The list of all certificates that the organization's enrollment CA has revoked, PEM. */
  readonly revocationList: string;
}

export interface ApplicationIdentityActivities {
  enrollApplication: (input: ApplicationInput) => Promise<StepResult>;
  revokeIdentity: (input: RevocationInput) => Promise<RevokedIdentity>;
}

/** Identities of applications: registered and enrolled like those of nodes, and revoked when an application is not to be trusted any more. */
export function createApplicationIdentityActivities(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
): ApplicationIdentityActivities {
  return {
    enrollApplication: asStep((input, context) => enrollApplication(dependencies, authorities, input, context)),
    revokeIdentity: asStep((input, context) => revokeIdentity(dependencies, authorities, input, context)),
  };
}

/** Entries of an application's Secret besides its key and its certificates: what it is registered as, and since when it is revoked (RFC 3339). */
const REGISTRATION = 'registration.json';
const REVOKED = 'revoked';

/** Ensures that an application has an identity of the enrollment CA: a Secret with its key and a good certificate. */
async function enrollApplication(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
  input: ApplicationInput,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<Decision> {
  const { network, organization, identity, renew = [] } = input;
  const [stored, roots] = await Promise.all([
    readOwn(dependencies, input, identity.name, signal),
    readRoots(dependencies, organization, signal),
  ]);
  requireAsAsked(stored, identity);
  const enrolling = { ...identity, hosts: [] };
  const expected = { identity: enrolling, roots, now: new Date(), lifetimes: network.certificates, renew };
  const evaluated = evaluateApplication(stored, expected);
  const decision = join(evaluated.certificates.map((certificate) => certificate.decision));
  if (input.dryRun || !isDue(evaluated)) return decision;
  await authorities.use(input, signal, async (connection) => {
    await issueCertificates(dependencies, evaluated, {
      secret: placeOf(input, identity.name),
      expected,
      issuers: await issuersOf(connection, enrolling),
      storedAs: (entries) => ({ ...entries, [REGISTRATION]: registrationOf(identity) }),
      network,
      signal,
    });
  });
  return decision;
}

/** Ensures that the enrollment CA has revoked an identity, and that its key is kept no longer. */
async function revokeIdentity(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
  input: RevocationInput,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<Decision & Pick<RevokedIdentity, 'revocationList'>> {
  const { network, organization, identity } = input;
  const stored = await readOwn(dependencies, input, identity, signal);
  return authorities.use(input, signal, async ({ enrollmentCa: ca, registrars }) => {
    const { enrollmentCa: registrar } = await registrars();
    if ((await ca.identity(registrar, identity)) === undefined) {
      throw failure('IdentityUnknown', `The CA of ${organization.name} has no identity ${identity}.`, {
        remedy: { kind: 'nameIdentity', organization: organization.name },
      });
    }
    const valid = await ca.certificates(registrar, identity);
    await ca.revoke(registrar, identity);
    const revocationList = await ca.revocationList(registrar);
    const { 'key.pem': key, ...others } = stored.data;
    if (stored.object !== undefined && (key !== undefined || others[REVOKED] === undefined)) {
      const data = { ...others, [REVOKED]: others[REVOKED] ?? new Date().toISOString() };
      await writeSecret(dependencies, { ...placeOf(input, identity), data }, stored, { network, signal });
    }
    const isChanged = valid.length > 0 || key !== undefined;
    const decision: Decision = isChanged ? { outcome: 'updated', reason: 'its certificates are revoked' } : UNCHANGED;
    return { ...decision, revocationList };
  });
}

function placeOf(
  { organization: { name, namespace } }: OrganizationInput,
  identity: string,
): { readonly name: string; readonly namespace: string; readonly organization: string; readonly application: string } {
  return { name: applicationSecret({ name }, identity), namespace, organization: name, application: identity };
}

/** By which the Secret of an application's identity says whose it is (kube/secret.yaml). */
export const IDENTITY_LABEL = 'weft.dev/identity';

/** @throws ApplicationFailure `IdentityConflict` if the Secret is that of another identity: `b-c` of `a` and `c` of `a-b` have one name */
async function readOwn(
  dependencies: Dependencies,
  { organization: { name, namespace } }: OrganizationInput,
  identity: string,
  signal: AbortSignal,
): Promise<StoredSecret> {
  const secret = applicationSecret({ name }, identity);
  const stored = await readSecret(dependencies, namespace, secret, signal);
  const { labels = {} } = stored.object?.metadata ?? {};
  const isOwn = labels['weft.dev/organization'] === name && labels[IDENTITY_LABEL] === identity;
  if (stored.object === undefined || isOwn) return stored;
  throw failure('IdentityConflict', `Secret ${secret} in namespace ${namespace} is that of another identity.`, {
    remedy: { kind: 'renameIdentity', identity },
  });
}

/** @throws ApplicationFailure `IdentityConflict`, `IdentityRevoked` */
function requireAsAsked({ data }: StoredSecret, identity: ApplicationIdentity): void {
  if (data[REVOKED] !== undefined) throw identityRevoked(identity.name);
  const known = data[REGISTRATION];
  if (known === undefined || known === registrationOf(identity)) return;
  throw failure(
    'IdentityConflict',
    `${identity.name} is enrolled already, with another type, another affiliation or other attributes than were asked for.`,
    { remedy: { kind: 'renameIdentity', identity: identity.name } },
  );
}

/**
 * An application's identity as its Secret tells it.
 *
 * @param data the texts of the Secret
 * @returns undefined if it is revoked, or was never enrolled
 */
export function applicationIn(name: string, data: Readonly<Record<string, string>>): ApplicationIdentity | undefined {
  const { [REGISTRATION]: registration, [REVOKED]: revoked } = data;
  if (registration === undefined || revoked !== undefined) return undefined;
  const { affiliation, ...registered } = Registered.parse(JSON.parse(registration));
  return { name, ...registered, ...(affiliation === '' ? {} : { affiliation }) };
}

const Registered = z.object({
  type: z.enum(['client', 'admin']),
  affiliation: z.string(),
  attributes: z.array(z.object({ name: z.string(), value: z.string(), ecert: z.boolean() })),
});

/** What an identity is registered as, the same text for the same. */
function registrationOf({ type, affiliation = '', attributes }: ApplicationIdentity): string {
  const sorted = attributes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return JSON.stringify({
    ...{ type, affiliation },
    attributes: sorted.map(({ name, value, ecert = false }) => ({ name, value, ecert })),
  });
}
