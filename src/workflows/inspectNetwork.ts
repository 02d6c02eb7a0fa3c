import { activitiesOf } from './activities.ts';
import { clusterOf } from './identity.ts';
import type { NetworkAddress, NetworkStatus } from './messages.ts';

/** Every node of a network as the cluster has it now: ready or not, why, its version, its certificates. Changes nothing. */
export async function inspectNetwork(address: NetworkAddress): Promise<NetworkStatus> {
  return activitiesOf(clusterOf(address.network)).firstLook.inspectNodes(address);
}
