import { CA_NODE, nodeName, type Network } from '../../../src/spec/index.ts';
import type { NetworkStatus, NodeStatus } from '../../../src/workflows/messages.ts';

export interface LookFacts {
  /** Why nodes are not ready, by their names, e.g. `org1-peer1`. */
  readonly notReady: Readonly<Record<string, string>>;
  /** Names of nodes that are not there. */
  readonly missing: readonly string[];
  readonly at: Date;
}

/** In milliseconds. */
const DAY = 24 * 3_600_000;

/** A network as a look at its cluster finds it: every node ready, unless the facts say otherwise. */
export function lookOf(network: Network, { notReady, missing, at }: LookFacts): NetworkStatus {
  const seen = ({ kind, name, organization }: Pick<NodeStatus, 'kind' | 'name' | 'organization'>): NodeStatus => ({
    ...{ kind, name, organization, ready: notReady[name] === undefined, reason: notReady[name] ?? '' },
    ...{ since: new Date(at.getTime() - DAY).toISOString(), version: kind === 'ca' ? '1.5.15' : '2.5.12' },
    certificates: [],
  });
  const nodes = network.organizations.flatMap(({ name: organization, orderers, peers, ...names }) => {
    const named = (kind: NodeStatus['kind'], list: readonly { readonly name: string }[]): NodeStatus[] =>
      list.map((node) => seen({ kind, name: nodeName({ name: organization, ...names }, node), organization }));
    return [...named('ca', [{ name: CA_NODE }]), ...named('orderer', orderers), ...named('peer', peers)];
  });
  return {
    ...{ network: network.name, ready: Object.keys(notReady).length === 0 && missing.length === 0, conditions: [] },
    nodes: nodes.filter(({ name }) => !missing.includes(name)),
    channels: network.channels.map(({ name }, place) => ({
      ...{ name, height: 1_200 * (place + 1) + 17, peers: [], orderers: [], problems: [] },
    })),
    chaincodes: network.chaincodes.map(({ name, channel, version }) => ({
      ...{ name, channel, version, sequence: 1, packageId: '', ready: true, reason: '' },
    })),
  };
}
