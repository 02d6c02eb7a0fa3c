import { FIRST_BFT_RELEASE, isOlder, releaseInWords } from '../fabric-version.ts';
import type { Issue, Path } from '../issues/issue.ts';
import type { Batch, BftConsensus, Capabilities, Channel, Network, RaftConsensus } from '../network.ts';
import { bytes, milliseconds } from '../units.ts';
import { locatedChannels, type LocatedChannel } from './located.ts';

/** How a channel orders: consensus and batches that orderers would refuse, some of them only when they start. */
export function consensusIssues(network: Network): Issue[] {
  const { version } = network.fabric;
  return locatedChannels(network).flatMap(({ channel, path }) => {
    const consensusPath = [...path, 'consensus'];
    return [
      ...(channel.consensus.type === 'raft'
        ? raftIssues(channel.consensus, consensusPath)
        : bftIssues(channel, channel.consensus, { version, path })),
      ...batchSizes(channel.batch, [...path, 'batch']),
    ];
  });
}

export function consensusWarnings(network: Network): Issue[] {
  return locatedChannels(network).flatMap(evenConsenters);
}

function consentersOf({ orderers }: Channel): number {
  return orderers.reduce((sum, organization) => sum + organization.orderers.length, 0);
}

function evenConsenters({ channel, path }: LocatedChannel): Issue[] {
  const count = consentersOf(channel);
  if (channel.consensus.type !== 'raft' || count === 0 || count % 2 === 1) return [];
  const survives = count / 2 - 1;
  const message = `have ${count} consenters, which survive the loss of ${survives}, as ${count - 1} would: Raft wants an odd number`;
  return [{ path: [...path, 'orderers'], message }];
}

function raftIssues({ electionTick, heartbeatTick, snapshotIntervalSize }: RaftConsensus, path: Path): Issue[] {
  // fabric orderer/consensus/etcdraft/util.go, VerifyConfigMetadata.
  const message = `must be more than heartbeatTick, or followers never wait for a heartbeat (found ${electionTick}, heartbeatTick is ${heartbeatTick})`;
  return [
    ...(electionTick > heartbeatTick ? [] : [{ path: [...path, 'electionTick'], message }]),
    ...uncountable(snapshotIntervalSize, [...path, 'snapshotIntervalSize']),
  ];
}

/** 3f+1 consenters survive f that lie or are lost: the fewest that survive one are four. */
const FEWEST_BFT_CONSENTERS = 4;

function bftIssues(
  channel: Channel,
  consensus: BftConsensus,
  { version, path }: { version: string; path: Path },
): Issue[] {
  return [
    ...oldBft(version, [...path, 'consensus', 'type']),
    ...fewConsenters(channel, path),
    ...bftCapability(channel.capabilities, [...path, 'capabilities', 'channel']),
    ...bftOrder(consensus, [...path, 'consensus']),
    ...bftBatch(channel.batch, [...path, 'batch']),
  ];
}

function oldBft(version: string, path: Path): Issue[] {
  if (!isOlder(version, FIRST_BFT_RELEASE)) return [];
  const message = `bft needs Fabric ${releaseInWords(FIRST_BFT_RELEASE)} or later (fabric.version is ${version})`;
  return [{ path, message }];
}

function fewConsenters(channel: Channel, path: Path): Issue[] {
  const count = consentersOf(channel);
  if (count >= FEWEST_BFT_CONSENTERS) return [];
  const message = `must be at least ${FEWEST_BFT_CONSENTERS} nodes for bft, as fewer do not survive the loss of one (found ${count})`;
  return [{ path: [...path, 'orderers'], message, lookedIn: ['organizations'] }];
}

/** configtxgen refuses anything else (internal/configtxgen/encoder, NewOrdererGroup). */
function bftCapability({ channel }: Capabilities, path: Path): Issue[] {
  return channel === 'V3_0' ? [] : [{ path, message: `must be V3_0 for bft (found "${channel}")` }];
}

/** SmartBFT's own rules (github.com/hyperledger-labs/SmartBFT pkg/types/config.go, Validate): the first no longer than the second. */
const BFT_ORDER = [
  ['requestForwardTimeout', 'requestComplainTimeout'],
  ['requestComplainTimeout', 'requestAutoRemoveTimeout'],
  ['viewChangeResendInterval', 'viewChangeTimeout'],
] as const;

function bftOrder(consensus: BftConsensus, path: Path): Issue[] {
  return BFT_ORDER.filter(
    ([shorter, longer]) => milliseconds(consensus[shorter]) > milliseconds(consensus[longer]),
  ).map(([shorter, longer]) => ({
    path: [...path, shorter],
    message: `must not be longer than ${longer} (found ${consensus[shorter]}, ${longer} is ${consensus[longer]})`,
  }));
}

/** SmartBFT's smallest batch: RequestMaxBytes of its default configuration, and a byte for each request. */
const FEWEST_BFT_BYTES = 10 * 2 ** 10;

function bftBatch({ absoluteMaxBytes, maxMessageCount }: Batch, path: Path): Issue[] {
  if (bytes(absoluteMaxBytes) >= Math.max(FEWEST_BFT_BYTES, maxMessageCount)) return [];
  const message = `is too little for bft: at least 10 KB, and a byte for each of maxMessageCount (found "${absoluteMaxBytes}")`;
  return [{ path: [...path, 'absoluteMaxBytes'], message }];
}

/** Fabric counts bytes in a uint32. */
const BYTES_END = 2 ** 32;

function uncountable(size: string, path: Path): Issue[] {
  return bytes(size) < BYTES_END ? [] : [{ path, message: `must be less than 4 GB (found "${size}")` }];
}

/** fabric common/channelconfig/orderer.go, validateBatchSize. */
function batchSizes({ absoluteMaxBytes, preferredMaxBytes }: Batch, path: Path): Issue[] {
  const message = `must not be more than absoluteMaxBytes (found "${preferredMaxBytes}", absoluteMaxBytes is "${absoluteMaxBytes}")`;
  const isMore = bytes(preferredMaxBytes) > bytes(absoluteMaxBytes);
  return [
    ...uncountable(absoluteMaxBytes, [...path, 'absoluteMaxBytes']),
    ...(isMore ? [{ path: [...path, 'preferredMaxBytes'], message }] : []),
  ];
}
