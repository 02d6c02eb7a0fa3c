import { observe, renderManifestFile, write, type KubernetesObject } from '../../kubernetes/index.ts';
import type { TemplateVariables } from '../../templates/index.ts';
import { applyManifest, textsOf, type ManifestOptions, type Dependencies } from './manifests.ts';
import type { Decision } from '../activity.ts';

/** A Secret that belongs to one owner: a node, an identity of the network's own, or an application. */
export type OwnedSecret = SecretContent &
  (
    | {
        /** The node or the identity. */
        readonly owner: string;
      }
    | {
        /** Enrollment ID of an application's identity. */
        readonly application: string;
      }
  );

interface SecretContent {
  readonly name: string;
  readonly namespace: string;
  readonly organization: string;
  /** Texts; they are encoded here. */
  readonly data: Readonly<Record<string, string>>;
}

/** A Secret as it was read. */
export interface StoredSecret {
  /** Undefined only if the cluster says for certain that there is none. */
  readonly object: KubernetesObject | undefined;
  /** Its texts; empty if there is none. */
  readonly data: Readonly<Record<string, string>>;
}

export async function readSecret(
  { cluster }: Dependencies,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<StoredSecret> {
  const reference = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name } };
  return storedSecret(await observe(cluster, reference, { signal }));
}

/**
 * Has a Secret stand as given; see {@link applyManifest}.
 *
 * @param stored as it was read just now
 */
export async function applySecret(
  dependencies: Dependencies,
  secret: OwnedSecret,
  stored: StoredSecret,
  options: ManifestOptions,
): Promise<Decision> {
  if (stored.object !== undefined || options.dryRun)
    return applyManifest(dependencies, TEMPLATE, variablesOf(secret, options), options);
  await writeSecret(dependencies, secret, stored, options);
  return { outcome: 'created', reason: `Secret ${secret.name} does not exist` };
}

/**
 * Writes a Secret that was just read and is known to be absent or different.
 *
 * @param over as it was read: what somebody else has written since then is not written over
 * @returns the Secret as it stands now
 */
export async function writeSecret(
  { cluster }: Dependencies,
  secret: OwnedSecret,
  over: StoredSecret,
  options: Pick<ManifestOptions, 'network' | 'signal'>,
): Promise<StoredSecret> {
  const [manifest] = await renderManifestFile(TEMPLATE, variablesOf(secret, options));
  if (manifest === undefined) throw new TypeError(`${TEMPLATE} is empty.`);
  const { network, signal } = options;
  return storedSecret(await write(cluster, manifest, over.object, { network: network.name, signal }));
}

const TEMPLATE = 'secret.yaml';

function storedSecret(object: KubernetesObject | undefined): StoredSecret {
  return { object, data: object === undefined ? {} : textsOf(object) };
}

function variablesOf(secret: OwnedSecret, { network }: Pick<ManifestOptions, 'network'>): TemplateVariables {
  const data = Object.entries(secret.data).map(([key, value]) => [key, Buffer.from(value, 'utf8').toString('base64')]);
  return {
    NETWORK: network.name,
    NAMESPACE: secret.namespace,
    NAME: secret.name,
    ORGANIZATION: secret.organization,
    NODE: 'owner' in secret ? secret.owner : null,
    IDENTITY: 'application' in secret ? secret.application : null,
    DATA: Object.fromEntries(data),
  };
}
