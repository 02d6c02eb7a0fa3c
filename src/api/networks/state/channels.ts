import type { ChaincodeStatus, ChannelStatus } from '../../../workflows/messages.ts';
import { observationOf } from './observation.ts';
import type { Chaincodes, ChannelStates } from './resource.ts';
import { stateOf, type NetworkFacts } from './topology.ts';

/** The channels of a network, those that are described first. */
export function channelsOf({ stored, described, look }: NetworkFacts): ChannelStates {
  const seen = look?.status?.channels ?? [];
  const names = new Set([...(described?.channels ?? []), ...seen].map(({ name }) => name));
  const channels = [...names].map((name) => {
    const channel = seen.find((one) => one.name === name);
    return { name, ...channelFacts(channel, look?.status !== undefined) };
  });
  return { network: stored.name, observation: observationOf(look), channels };
}

function channelFacts(
  channel: ChannelStatus | undefined,
  isLookedAt: boolean,
): Omit<ChannelStates['channels'][number], 'name'> {
  if (channel === undefined) return { state: stateOf(undefined, isLookedAt), problems: [], orderers: [], peers: [] };
  const { problems, height, orderers, peers } = channel;
  return {
    ...{ state: stateOf(problems.length === 0, true), problems, height },
    orderers: orderers.map(({ name, status, height: blocks, leader, reason }) => ({
      ...{ name, status, height: blocks, leader, reason },
    })),
    peers: peers.map(({ name, height: blocks, reason }) => ({
      ...{ name, height: blocks, behind: Math.max(0, height - blocks), reason },
    })),
  };
}

/** The chaincodes of a network, those that are described first. */
export function chaincodesOf({ stored, described, look }: NetworkFacts): Chaincodes {
  const seen = look?.status?.chaincodes ?? [];
  const wanted = described?.chaincodes ?? [];
  const keys = new Map([...wanted, ...seen].map(({ name, channel }) => [`${channel}/${name}`, { name, channel }]));
  const chaincodes = [...keys.values()].map(({ name, channel }) => {
    const isIt = (one: { readonly name: string; readonly channel: string }): boolean =>
      one.name === name && one.channel === channel;
    const version = wanted.find(isIt)?.version;
    return {
      ...{ name, channel },
      ...(version === undefined ? {} : { describedVersion: version }),
      ...chaincodeFacts(seen.find(isIt), look?.status !== undefined),
    };
  });
  return { network: stored.name, observation: observationOf(look), chaincodes };
}

function chaincodeFacts(
  chaincode: ChaincodeStatus | undefined,
  isLookedAt: boolean,
): Omit<Chaincodes['chaincodes'][number], 'name' | 'channel'> {
  if (chaincode === undefined) return { state: stateOf(undefined, isLookedAt), reason: '', withoutEndorsers: [] };
  const { ready, reason, version, sequence, packageId, withoutEndorsers = [] } = chaincode;
  return {
    ...{ state: stateOf(ready, true), reason },
    ...(version === '' ? {} : { version, sequence }),
    ...(packageId === '' ? {} : { packageId }),
    withoutEndorsers,
  };
}
