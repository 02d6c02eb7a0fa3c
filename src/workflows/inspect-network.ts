import { activitiesOf } from './activities.ts';
import { checkedAddress } from './arguments.ts';
import { clusterOf } from './identity.ts';
import type { NetworkAddress, NetworkStatus } from './messages.ts';

/** Every node of a network as the cluster has it now: ready or not, why, its version, its certificates. Changes nothing. */
export async function inspectNetwork(given: NetworkAddress): Promise<NetworkStatus> {
  const address = checkedAddress(given);
  return activitiesOf(clusterOf(address.network, 'looks')).look('inspectNodes', address.network, address);
}
