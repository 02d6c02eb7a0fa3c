import { identitySecrets } from '../../spec/index.ts';
import { asStep, join, UNCHANGED, type Decision, type StepContext, type StepResult } from '../activity.ts';
import { writeSecret, type StoredSecret } from '../cluster/secrets.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import type { IdentityInput } from '../inputs.ts';
import type { CertificateAuthorities } from './ca-connections.ts';
import { evaluateIdentity, isDue, type EvaluatedSecret, type IdentityMaterial } from './certificates.ts';
import { issuersOf, readStored, SECRETS, type PublicCertificates } from './enroll.ts';
import { allEnded, issueCertificates } from './issue.ts';
import { rootsMissing } from './roots.ts';

export interface PreparedKey extends StepResult {
  /** The certificates of the new keys; absent in a dry run. */
  readonly certificates?: PublicCertificates;
}

export interface NewKeyActivities {
  prepareKey: (input: IdentityInput) => Promise<PreparedKey>;
  adoptKey: (input: IdentityInput) => Promise<StepResult>;
}

/**
 * New keys in place of those that an identity has. Channels know an orderer by its key, and have to know the new one before the orderer
 * starts with it: the next keys lie beside those in use until then.
 */
export function createNewKeyActivities(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
): NewKeyActivities {
  return {
    prepareKey: asStep((input, context) => prepareKey(dependencies, authorities, input, context)),
    adoptKey: asStep((input, context) => adoptKey(dependencies, input, context)),
  };
}

/** Entries of an identity's Secrets with what it is to have next. */
export const NEXT_KEY = 'next-key.pem';
export const NEXT_CERTIFICATE = 'next-cert.pem';

const REPLACED: Decision = { outcome: 'updated', reason: 'its keys are replaced' };

/** Ensures that the Secrets of an identity hold its next keys, each with a certificate. */
async function prepareKey(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
  input: IdentityInput,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<Decision & Pick<PreparedKey, 'certificates'>> {
  const { organization, identity, network, dryRun } = input;
  if (dryRun) return REPLACED;
  const { roots, ...stored } = await readStored(dependencies, input, signal);
  if (roots === undefined) throw rootsMissing(organization);
  const expected = { identity, roots, now: new Date(), lifetimes: network.certificates };
  const next = evaluateIdentity({ msp: nextOf(stored.msp), tls: nextOf(stored.tls) }, expected);
  const due = SECRETS.filter((name) => isDue(next[name]));
  const names = identitySecrets(identity.name);
  const owner = { namespace: organization.namespace, organization: organization.name, owner: identity.name };
  const issued =
    due.length === 0
      ? []
      : await authorities.use(input, signal, async (connection) => {
          const issuers = await issuersOf(connection, identity);
          return allEnded(
            due.map(async (name) => {
              const entries = await issueCertificates(dependencies, next[name], {
                ...{ secret: { ...owner, name: names[name] }, expected, issuers },
                ...{ network, signal, storedAs: besides(stored[name]) },
              });
              return [name, entries['cert.pem']] as const;
            }),
          );
        });
  const made = { ...certificatesIn(next), ...Object.fromEntries(issued) };
  const { msp, tls } = made;
  if (msp === undefined || tls === undefined) throw new TypeError(`${identity.name} has no next certificates.`);
  return { ...(due.length === 0 ? UNCHANGED : REPLACED), certificates: { identity: msp, tls } };
}

/** Ensures that an identity has the keys which were prepared for it, from its next start on. */
async function adoptKey(
  dependencies: Dependencies,
  input: IdentityInput,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<Decision> {
  const { organization, identity, network, dryRun } = input;
  if (dryRun) return UNCHANGED;
  const stored = await readStored(dependencies, input, signal);
  const names = identitySecrets(identity.name);
  const owner = { namespace: organization.namespace, organization: organization.name, owner: identity.name };
  return join(
    await Promise.all(
      SECRETS.map(async (name): Promise<Decision> => {
        const { [NEXT_KEY]: key, [NEXT_CERTIFICATE]: certificate, ...data } = stored[name].data;
        if (key === undefined || certificate === undefined) return UNCHANGED;
        const adopted = { ...data, 'key.pem': key, 'cert.pem': certificate };
        await writeSecret(dependencies, { ...owner, name: names[name], data: adopted }, stored[name], {
          network,
          signal,
        });
        return REPLACED;
      }),
    ),
  );
}

/** A Secret as if the next key and its certificate were those in use. */
function nextOf({ object, data }: StoredSecret): StoredSecret {
  const { [NEXT_KEY]: key, [NEXT_CERTIFICATE]: certificate } = data;
  return {
    object,
    data: {
      ...(key === undefined ? {} : { 'key.pem': key }),
      ...(certificate === undefined ? {} : { 'cert.pem': certificate }),
    },
  };
}

/** Stores the next key and its certificate beside those in use, if there are any. */
function besides({ data }: StoredSecret): (entries: Readonly<Record<string, string>>) => Record<string, string> {
  return ({ 'key.pem': key, 'cert.pem': certificate, ...caCertificates }) => ({
    ...caCertificates,
    ...data,
    ...(key === undefined ? {} : { [NEXT_KEY]: key }),
    ...(certificate === undefined ? {} : { [NEXT_CERTIFICATE]: certificate }),
  });
}

function certificatesIn(next: IdentityMaterial<EvaluatedSecret>): Partial<IdentityMaterial<string>> {
  const good = SECRETS.filter((name) => !isDue(next[name]));
  return Object.fromEntries(good.map((name) => [name, next[name].stored.data['cert.pem']]));
}
