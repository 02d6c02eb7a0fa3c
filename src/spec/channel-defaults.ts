import { bytes } from './byte-size.ts';
import type { Batch, BftConsensus, ChannelPolicies, RaftConsensus } from './network.ts';

/*
 * What a channel has when the description does not say: Fabric's own defaults, from sampleconfig/configtx.yaml of Fabric 2.5 and,
 * for BFT, of Fabric 3.1 (profile SampleAppChannelSmartBft).
 */

export const DEFAULT_BATCH: Batch = {
  timeout: '2s',
  maxMessageCount: 500,
  absoluteMaxBytes: '10 MB',
  preferredMaxBytes: '2 MB',
};

export const DEFAULT_RAFT: RaftConsensus = {
  type: 'raft',
  tickInterval: '500ms',
  electionTick: 10,
  heartbeatTick: 1,
  maxInflightBlocks: 5,
  snapshotIntervalSize: '16 MB',
};

/** The two sizes of a batch are those of the channel: orderers put these in anyway (orderer/consensus/smartbft/util.go, createSmartBftConfig). */
export function defaultBft(batch: Batch): BftConsensus {
  return {
    type: 'bft',
    requestBatchMaxCount: batch.maxMessageCount,
    requestBatchMaxInterval: '200ms',
    requestForwardTimeout: '5s',
    requestComplainTimeout: '20s',
    requestAutoRemoveTimeout: '3m0s',
    viewChangeResendInterval: '5s',
    viewChangeTimeout: '20s',
    leaderHeartbeatTimeout: '1m0s',
    collectTimeout: '1s',
    requestBatchMaxBytes: bytes(batch.absoluteMaxBytes),
    incomingMessageBufferSize: 200,
    requestPoolSize: 100_000,
    leaderHeartbeatCount: 10,
  };
}

export const DEFAULT_POLICIES: ChannelPolicies = {
  application: {
    readers: 'ANY Readers',
    writers: 'ANY Writers',
    admins: 'MAJORITY Admins',
    lifecycleEndorsement: 'MAJORITY Endorsement',
    endorsement: 'MAJORITY Endorsement',
  },
  orderer: {
    readers: 'ANY Readers',
    writers: 'ANY Writers',
    admins: 'MAJORITY Admins',
    blockValidation: 'ANY Writers',
  },
};
