import { viewAuthorities } from '../../integration/network/authorities.ts';
import { viewLedgers } from '../../integration/faults/ledgers.ts';
import { objectsIn } from '../../integration/network/objects.ts';
import { volumesOf } from '../../integration/network/described-network.ts';
import { describeObject, ownedBy, type Cluster, type KubernetesObject } from '../../../src/kubernetes/index.ts';
import type { Network } from '../../../src/spec/index.ts';

/** What there is of a network, as far as two of the same description must agree: keys, certificates and times are new in each. */
export interface Account {
  /** A line for each object: kind, name and what Weft says of it. */
  readonly objects: readonly string[];
  /** By CA, a line for each certificate that it ever issued: whose it is. */
  readonly certificates: Readonly<Record<string, readonly string[]>>;
  /** By channel: the types of all transactions, in their order, and the packages of each peer. */
  readonly channels: Readonly<Record<string, { readonly transactions: readonly string[]; readonly installed: object }>>;
}

/** Takes account of a network that is up. */
export async function accountOf(cluster: Cluster, network: Network): Promise<Account> {
  const namespaces = [...new Set(network.organizations.map(({ namespace }) => namespace))];
  const objects = (await Promise.all(namespaces.map((namespace) => objectsIn(cluster, namespace)))).flat();
  const certificates: Record<string, readonly string[]> = {};
  for (const organization of network.organizations) {
    const { enrollmentCa, tlsCa, close } = await viewAuthorities(cluster, organization);
    try {
      certificates[`${organization.name}-ca`] = await enrollmentCa.issuedTo();
      certificates[`${organization.name}-tlsca`] = await tlsCa.issuedTo();
    } finally {
      await close();
    }
  }
  const channels: Record<string, Account['channels'][string]> = {};
  for (const { name } of network.channels) {
    const { transactions, installed } = await viewLedgers(cluster, network, name);
    channels[name] = { transactions, installed };
  }
  return { objects: objects.flatMap((object) => lineOf(object, network.name)).sort(), certificates, channels };
}

/** Takes account of a network that is removed: what is left of it. */
export async function accountOfRemoved(cluster: Cluster, network: Network): Promise<Account> {
  const namespaces = [...new Set(network.organizations.map(({ namespace }) => namespace))];
  const left = await Promise.all(
    namespaces.flatMap((namespace) => [
      objectsIn(cluster, namespace, ownedBy(network.name)),
      volumesOf(cluster, namespace),
    ]),
  );
  const objects = left.flat().map((one) => (typeof one === 'string' ? `PersistentVolume ${one}` : describeObject(one)));
  return { objects, certificates: {}, channels: {} };
}

/** Made by controllers under names of their own. */
const OF_CONTROLLERS = ['Pod', 'ReplicaSet'];

/** Every cluster has it in every namespace. */
const OF_CLUSTER = 'kube-root-ca.crt';

function lineOf({ kind, metadata, ...fields }: KubernetesObject, network: string): string[] {
  const { name, labels = {} } = metadata;
  if (name === OF_CLUSTER) return [];
  if (OF_CONTROLLERS.includes(kind)) {
    // A second ReplicaSet is a second restart.
    return [`${kind} of ${labels['weft.dev/node'] ?? name}`];
  }
  const data = (fields['data'] ?? {}) as Readonly<Record<string, string>>;
  const shown = kind === 'Secret' ? Object.keys(data).sort() : data;
  const replicas = (fields['spec'] as { readonly replicas?: number } | undefined)?.replicas;
  return [
    JSON.stringify({ kind, name, labels, data: shown, replicas })
      .replaceAll(network, 'NETWORK')
      .replaceAll(/-----BEGIN .*?-----END [A-Z ]*-----(\\n)?/g, 'PEM')
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID')
      .replaceAll(/[A-Za-z0-9+/=\\n]{200,}/g, 'BASE64'),
  ];
}

/** Certificates beyond one for each identity and CA. The registrar cannot ask what it was issued: it may have more. */
export function duplicatesIn({ certificates }: Account, expected: Account): string[] {
  return Object.entries(certificates).flatMap(([ca, issued]) => {
    const before = countsOf(expected.certificates[ca] ?? []);
    return [...countsOf(issued)]
      .filter(([id, count]) => id !== REGISTRAR && count > (before.get(id) ?? 0))
      .map(([id, count]) => `${ca}: ${count} certificates of ${id}`);
  });
}

const REGISTRAR = 'rcaadmin';

function countsOf(ids: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
