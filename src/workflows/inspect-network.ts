import { activitiesOf } from './durable/activities.ts';
import { checkedAddress } from './durable/arguments.ts';
import { clusterOf } from './durable/workflow-id.ts';
import type { NetworkAddress, NetworkStatus } from './messages.ts';
import { allDone } from './durable/steps.ts';
import { chaincodeLabel, chaincodeInput, channelInput, networkSettings, peersOfChannel } from './inputs.ts';

/**
 * A network as it is now: every node, ready or not, why, its version and its certificates; every channel with the blocks of
 * its orderers and peers; every chaincode. Changes nothing.
 */
export async function inspectNetwork(given: NetworkAddress): Promise<NetworkStatus> {
  const address = checkedAddress(given);
  const activities = activitiesOf(clusterOf(address.network, 'looks'));
  const [nodes, network] = await Promise.all([
    activities.look('inspectNodes', address.network, address),
    activities.look('readDescription', address.network, address),
  ]);
  if (network === undefined) return { ...nodes, channels: [], chaincodes: [] };

  const base = { network: networkSettings(network), dryRun: false };
  const [channels, chaincodes] = await Promise.all([
    allDone(
      network.channels.map((channel) =>
        activities.look('inspectChannel', channel.name, {
          channel: channel.name,
          orderers: channelInput(base, network, channel).orderers,
          peers: peersOfChannel(network, channel),
        }),
      ),
    ),
    allDone(
      network.chaincodes.map((chaincode) =>
        activities.look(
          'inspectChaincode',
          chaincodeLabel(network, chaincode),
          chaincodeInput(base, network, chaincode),
        ),
      ),
    ),
  ]);
  const isOrdering = channels.every(({ orderers }) => orderers.some(({ leader }) => leader));
  const ready = nodes.ready && isOrdering && chaincodes.every((chaincode) => chaincode.ready);
  return { ...nodes, ready, channels, chaincodes };
}
