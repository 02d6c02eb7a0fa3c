import { connectGateway, type PeerGateway } from '../../fabric/gateway/client.ts';
import {
  connectCluster,
  list,
  NETWORK_LABEL,
  observe,
  portForward,
  type Cluster,
  type ClusterLocation,
  type KubernetesObject,
} from '../../kubernetes/index.ts';
import { clusterFailure, tooSlow } from './cluster-failure.ts';
import type { NetworkConfigMap, StandingCluster, Texts } from './cluster.ts';
import { transactionFailure } from './transaction-failure.ts';

/*
 * The only module of the command line that loads the clients of Kubernetes and of Fabric's gateway: they take a moment, which
 * no other command is to wait for.
 */

/** See {@link StandingCluster}. */
export async function openCluster(location: ClusterLocation): Promise<StandingCluster> {
  return standingCluster(await explained(() => connectCluster(location)));
}

/** @param cluster is closed with the one that is returned */
export function standingCluster(cluster: Cluster): StandingCluster {
  return {
    read: (kind, namespace, name) =>
      explained(async () => {
        const found = await observe(cluster, { apiVersion: 'v1', kind, metadata: { namespace, name } });
        return found && textsOf(found);
      }),

    configMaps: (network) =>
      explained(async () => {
        const labelSelector = network === undefined ? NETWORK_LABEL : `${NETWORK_LABEL}=${network}`;
        return (await list(cluster, { apiVersion: 'v1', kind: 'ConfigMap' }, { labelSelector })).map(networkConfigMap);
      }),

    forward: (target, { localPort, signal }) =>
      explained(async () => {
        const reach = portForward(cluster, localPort === undefined ? {} : { localPort });
        try {
          return await reach.open(target, signal);
        } catch (error) {
          throw signal.aborted ? tooSlow(`open a way to ${target.service}`) : error;
        }
      }),

    gateway: (endpoint, identity) => explainedGateway(connectGateway(endpoint, identity)),
    close: () => cluster.close(),
  };
}

function explainedGateway(gateway: PeerGateway): PeerGateway {
  return {
    evaluate: (call, options) => explained(() => gateway.evaluate(call, options)),
    submit: (call, options) => explained(() => gateway.submit(call, options)),
    close: () => {
      gateway.close();
    },
  };
}

async function explained<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw clusterFailure(error) ?? transactionFailure(error) ?? error;
  }
}

function networkConfigMap(object: KubernetesObject): NetworkConfigMap {
  const { name, labels = {} } = object.metadata;
  return { network: labels[NETWORK_LABEL] ?? '', name, data: textsOf(object) };
}

/** What a Secret holds is encoded. */
function textsOf(object: KubernetesObject): Texts {
  const { kind, data } = object;
  if (typeof data !== 'object' || data === null) return {};
  const texts = Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (kind !== 'Secret') return Object.fromEntries(texts);
  return Object.fromEntries(texts.map(([key, text]) => [key, Buffer.from(text, 'base64').toString('utf8')]));
}
