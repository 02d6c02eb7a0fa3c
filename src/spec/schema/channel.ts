import { z } from 'zod';

import { DEFAULT_BATCH, DEFAULT_POLICIES, DEFAULT_RAFT, defaultBft } from '../defaults.ts';
import { CAPABILITY_LEVELS } from '../fabric-version.ts';
import { oneOf, positiveNumber, text } from './fields.ts';
import { byteSizeFormat, channelNameFormat, goDurationFormat, policyFormat, referenceFormat } from './formats.ts';

const NEEDS_ONE = 'must name at least one node';

const nodeNames = z.array(text(referenceFormat));

const ordering = z.strictObject({
  organization: text(referenceFormat).describe('Name of the organization.'),
  orderers: nodeNames
    .min(1, { error: NEEDS_ONE })
    .optional()
    .describe("Names of those of its orderers that are the channel's consenters. Default: all."),
});

const member = z.strictObject({
  organization: text(referenceFormat).describe('Name of the organization.'),
  peers: nodeNames
    .min(1, { error: NEEDS_ONE })
    .optional()
    .describe('Names of those of its peers that join. Default: all.'),
  anchorPeers: nodeNames
    .optional()
    .describe('Names of those that the peers of other organizations are told of. Default: the first that joins.'),
});

const DEFAULT_BFT = defaultBft(DEFAULT_BATCH);

/** In ticks or blocks; what is larger is a slip of the finger. */
const MOST_TICKS = 10_000;

function duration(meaning: string, otherwise: string): z.ZodOptional<z.ZodString> {
  return text(goDurationFormat).optional().describe(`${meaning} Default: ${otherwise}.`);
}

function size(meaning: string, otherwise: string): z.ZodOptional<z.ZodString> {
  return text(byteSizeFormat).optional().describe(`${meaning} Default: ${otherwise}.`);
}

function count(meaning: string, otherwise: number | string, most?: number): z.ZodOptional<z.ZodInt> {
  return positiveNumber(most).optional().describe(`${meaning} Default: ${otherwise}.`);
}

const raft = z.strictObject({
  type: z.literal('raft').describe('raft or bft.'),
  tickInterval: duration('Raft: length of a tick.', DEFAULT_RAFT.tickInterval),
  electionTick: count('Raft: ticks without a leader until an election.', DEFAULT_RAFT.electionTick, MOST_TICKS),
  heartbeatTick: count('Raft: ticks between heartbeats of the leader.', DEFAULT_RAFT.heartbeatTick, MOST_TICKS),
  maxInflightBlocks: count('Raft: blocks on their way to a follower.', DEFAULT_RAFT.maxInflightBlocks, MOST_TICKS),
  snapshotIntervalSize: size('Raft: how much is written between snapshots.', DEFAULT_RAFT.snapshotIntervalSize),
});

const bft = z.strictObject({
  type: z.literal('bft').describe('raft or bft.'),
  requestBatchMaxCount: count('BFT: requests in a batch. Orderers put batch.maxMessageCount here.', 'the same'),
  requestBatchMaxInterval: duration('BFT: how long a batch waits for more.', DEFAULT_BFT.requestBatchMaxInterval),
  requestForwardTimeout: duration(
    'BFT: until a request is forwarded to the leader.',
    DEFAULT_BFT.requestForwardTimeout,
  ),
  requestComplainTimeout: duration(
    'BFT: until a request that the leader ignores is complained of.',
    DEFAULT_BFT.requestComplainTimeout,
  ),
  requestAutoRemoveTimeout: duration('BFT: until a request is given up.', DEFAULT_BFT.requestAutoRemoveTimeout),
  viewChangeResendInterval: duration(
    'BFT: until a call for a new leader is repeated.',
    DEFAULT_BFT.viewChangeResendInterval,
  ),
  viewChangeTimeout: duration('BFT: until the next leader is called for.', DEFAULT_BFT.viewChangeTimeout),
  leaderHeartbeatTimeout: duration(
    'BFT: without a heartbeat until the leader is taken for lost.',
    DEFAULT_BFT.leaderHeartbeatTimeout,
  ),
  collectTimeout: duration('BFT: how long state is collected from others.', DEFAULT_BFT.collectTimeout),
  requestBatchMaxBytes: count('BFT: bytes in a batch. Orderers put batch.absoluteMaxBytes here.', 'the same'),
  incomingMessageBufferSize: count('BFT: messages that wait to be read.', DEFAULT_BFT.incomingMessageBufferSize),
  requestPoolSize: count('BFT: requests that wait to be ordered.', DEFAULT_BFT.requestPoolSize),
  leaderHeartbeatCount: count('BFT: heartbeats within the timeout above.', DEFAULT_BFT.leaderHeartbeatCount),
});

const consensus = z
  .union([oneOf('raft', 'bft'), z.discriminatedUnion('type', [raft, bft], { error: 'must be raft or bft' })], {
    error: 'must be raft or bft, or a mapping with its type and options',
  })
  .optional()
  .describe(
    'How orderers agree: raft, bft (four or more orderers of Fabric 3), or one of them with options. Default: raft.',
  );

const batch = z
  .strictObject({
    timeout: duration('How long a block waits for more transactions.', DEFAULT_BATCH.timeout),
    maxMessageCount: count('Transactions in a block at most.', DEFAULT_BATCH.maxMessageCount),
    absoluteMaxBytes: size('Larger transactions are refused.', DEFAULT_BATCH.absoluteMaxBytes),
    preferredMaxBytes: size('A block that would grow over it is cut before.', DEFAULT_BATCH.preferredMaxBytes),
  })
  .optional()
  .describe('When a block is cut.');

function policy(meaning: string, otherwise: string): z.ZodOptional<z.ZodString> {
  return text(policyFormat).optional().describe(`${meaning} Default: ${otherwise}.`);
}

const { application, orderer } = DEFAULT_POLICIES;

const policies = z
  .strictObject({
    application: z
      .strictObject({
        readers: policy('Who may read blocks and events.', application.readers),
        writers: policy('Who may submit transactions.', application.writers),
        admins: policy('Who may change the members and what they agreed on.', application.admins),
        lifecycleEndorsement: policy('Who must approve a chaincode.', application.lifecycleEndorsement),
        endorsement: policy('Who must endorse, where a chaincode says nothing else.', application.endorsement),
      })
      .optional()
      .describe('Policies of the members.'),
    orderer: z
      .strictObject({
        readers: policy('Who may read blocks.', orderer.readers),
        writers: policy('Who may write blocks.', orderer.writers),
        admins: policy('Who may change the orderers and how they order.', orderer.admins),
        blockValidation: policy(
          'Who must have signed a block; with bft Fabric makes it from the consenters.',
          orderer.blockValidation,
        ),
      })
      .optional()
      .describe('Policies of the ordering organizations.'),
  })
  .optional()
  .describe(
    "Who may do what: an implicit policy such as MAJORITY Admins, or a signature policy. Default: Fabric's own.",
  );

/** One of the levels that Fabric knows. */
function level<const Levels extends Readonly<Record<string, unknown>>>(
  levels: Levels,
): z.ZodEnum<{ [Level in keyof Levels & string]: Level }> {
  const known = Object.keys(levels) as (keyof Levels & string)[];
  return z.enum(known, { error: `must be ${known.join(' or ')}` });
}

const capabilities = z
  .strictObject({
    channel: level(CAPABILITY_LEVELS.channel)
      .optional()
      .describe('Of all nodes. Default: V3_0 with Fabric 3 or bft, else V2_0.'),
    orderer: level(CAPABILITY_LEVELS.orderer).optional().describe('Of orderers. Default: V2_0.'),
    application: level(CAPABILITY_LEVELS.application)
      .optional()
      .describe('Of peers. Default: V2_5 with Fabric 2.5 and later, else V2_0.'),
  })
  .optional()
  .describe('Capability levels, which all nodes of the channel must know.');

/** A channel as a user writes it, in short or completed form. */
export const channelSchema = z.strictObject({
  name: text(channelNameFormat).describe('Name of the channel.'),
  orderers: z
    .array(
      z.union([text(referenceFormat), ordering], {
        error: 'must be the name of an organization, or a mapping with its organization and orderers',
      }),
    )
    .optional()
    .describe('Organizations that order: names, or mappings. Default: the only one that has orderers.'),
  peers: z
    .array(
      z.union([text(referenceFormat), member], {
        error: 'must be the name of an organization, or a mapping with its organization and peers',
      }),
    )
    .optional()
    .describe('Organizations that are members: names, or mappings. Default: all that have peers.'),
  consensus,
  batch,
  policies,
  capabilities,
});

export type ChannelDescription = z.output<typeof channelSchema>;
