import { connectGateway } from '../../fabric/gateway/client.ts';
import {
  connectCluster,
  isOurs,
  list,
  NETWORK_LABEL,
  observe,
  portForward,
  wasApplied,
  type Cluster,
  type ClusterLocation,
  type KubernetesObject,
} from '../../kubernetes/index.ts';
import { foreignRecord, networkConfigMaps } from '../../spec/index.ts';
import { OperationFailure } from '../failure.ts';
import type { NetworkAccess, NetworkConfigMap, Texts } from './network-access.ts';

/*
 * The only module of the use cases that loads the clients of Kubernetes and of Fabric's gateway: they take a moment, which what
 * does without them is not to wait for. So src/operations/index.ts does not export it.
 */

/** See {@link NetworkAccess}. @throws KubernetesError if the kubeconfig cannot be used */
export function openNetworkAccess(location: ClusterLocation): NetworkAccess {
  return networkAccess(connectCluster(location));
}

/** @param cluster is closed with the access that is returned */
export function networkAccess(cluster: Cluster): NetworkAccess {
  return {
    read: async (kind, namespace, name) => {
      const found = await observe(cluster, { apiVersion: 'v1', kind, metadata: { namespace, name } });
      return found && textsOf(found);
    },

    configMaps: async (network) => {
      const labelSelector = network === undefined ? NETWORK_LABEL : `${NETWORK_LABEL}=${network}`;
      return (await list(cluster, { apiVersion: 'v1', kind: 'ConfigMap' }, { labelSelector })).map(networkConfigMap);
    },

    applicationIdentities: async (network, namespace) => {
      const labelSelector = `${NETWORK_LABEL}=${network},${IDENTITY_LABEL}`;
      const secrets = await list(cluster, { apiVersion: 'v1', kind: 'Secret' }, { namespace, labelSelector });
      return secrets.map((secret) => {
        const { labels = {} } = secret.metadata;
        const data = Object.entries(textsOf(secret)).filter(([entry]) => entry !== 'key.pem');
        return {
          organization: labels[ORGANIZATION_LABEL] ?? '',
          name: labels[IDENTITY_LABEL] ?? '',
          data: Object.fromEntries(data),
        };
      });
    },

    forward: async (target, { localPort, signal }) => {
      try {
        return await portForward(cluster, localPort === undefined ? {} : { localPort }).connect(target, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
        throw new OperationFailure(
          { code: 'TimedOut', task: `open a connection to ${target.service}` },
          { cause: error },
        );
      }
    },

    gateway: connectGateway,
    close: () => cluster.close(),
  };
}

const ORGANIZATION_LABEL = 'weft.dev/organization';
const IDENTITY_LABEL = 'weft.dev/identity';

function networkConfigMap(object: KubernetesObject): NetworkConfigMap {
  const { name, namespace = '', uid = '', labels = {} } = object.metadata;
  const network = labels[NETWORK_LABEL] ?? '';
  const data = textsOf(object);
  const stored = { uid, isLabelled: isOurs(object, network), isApplied: wasApplied(object), entries: data };
  const isRecord = name === networkConfigMaps({ name: network }).description;
  const foreign = isRecord ? foreignRecord(network, stored) : undefined;
  return { network, name, namespace, data, ...(foreign === undefined ? {} : { foreign }) };
}

/** What a Secret holds is encoded. */
function textsOf(object: KubernetesObject): Texts {
  const { kind, data } = object;
  if (typeof data !== 'object' || data === null) return {};
  const texts = Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (kind !== 'Secret') return Object.fromEntries(texts);
  return Object.fromEntries(texts.map(([key, text]) => [key, Buffer.from(text, 'base64').toString('utf8')]));
}
