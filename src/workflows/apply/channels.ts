import { nodeName } from '../../spec/index.ts';
import type { BringUp } from '../durable/run.ts';
import { createChannel, type CreatedChannel } from './create-channel.ts';
import { channelStandsSignal, deployChaincode } from './deploy-chaincode.ts';
import { tellOfPeers, type LaunchedPeers } from '../durable/readiness.ts';
import { chaincodeLabel, chaincodeInput, channelInput, peersOfChannel, type PlacedNode } from '../inputs.ts';

/** Channels on their way, by name. */
export type Channels = ReadonlyMap<string, Promise<CreatedChannel>>;

/**
 * Makes all channels at the same time, each as a part of the run. Their orderers join at once, each of their peers when it stands.
 *
 * @param unready orderers that do not stand
 */
export function createChannels(
  { network, cluster, base, parts }: BringUp,
  peers: LaunchedPeers,
  unready: readonly PlacedNode[],
): Channels {
  return new Map(
    network.channels.map((channel) => [
      channel.name,
      parts.run(
        {
          name: `channels/${channel.name}`,
          work: createChannel,
          args: [
            cluster,
            channelInput(base, network, channel),
            peersOfChannel(network, channel),
            unready.map(({ organization, node }) => nodeName(organization, node)),
          ],
          summary: `The channel ${channel.name}: its genesis block, its orderers, its peers`,
        },
        (part) => tellOfPeers(part, peersOfChannel(network, channel), peers),
      ),
    ]),
  );
}

/** Deploys all chaincodes at the same time, each as a part of the run: installed on each peer when it stands, agreed on when the channel does. */
export function deployChaincodes(
  { network, cluster, base, parts }: BringUp,
  peers: LaunchedPeers,
  channels: Channels,
): Promise<unknown>[] {
  return network.chaincodes.map((chaincode) => {
    const target = chaincodeInput(base, network, chaincode);
    return parts.run(
      {
        name: `chaincodes/${chaincode.channel}/${chaincode.name}`,
        work: deployChaincode,
        args: [cluster, target, chaincodeLabel(network, chaincode)],
        summary: `The chaincode ${chaincode.name} on ${chaincode.channel}`,
      },
      async (part) => {
        await tellOfPeers(part, target.peers, peers);
        await channels.get(chaincode.channel);
        await part.tell(channelStandsSignal);
      },
    );
  });
}
