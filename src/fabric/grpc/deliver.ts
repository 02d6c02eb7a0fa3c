/*
 * The Deliver service, which peers and orderers share: who asks for a block gets it, or a status
 * (https://hyperledger-fabric.readthedocs.io/en/release-2.5/peer_event_services.html).
 */
import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import orderers from '@hyperledger/fabric-protos/lib/orderer/ab_pb.js';

import { lastConfigBlock } from '../channel/block.ts';
import { signedEnvelope, type Signer } from '../msp/signing-identity.ts';
import { meaningOfStatus, type Meaning } from './answers.ts';

/** A block by its place in a channel; `config` is the newest that holds the channel's configuration. */
export type BlockSpecifier = 'config' | 'oldest' | 'newest' | number;

/** What a peer (protos.DeliverResponse) and an orderer (orderer.DeliverResponse) answer with alike. */
interface DeliverResponse {
  getBlock(): common.Block | undefined;
  getStatus(): number;
}

/** A node that is asked for blocks. */
export interface BlockSource {
  /** Sends an orderer.SeekInfo in its envelope. */
  readonly seek: (task: string, envelope: common.Envelope) => Promise<DeliverResponse>;
  readonly failure: (task: string, meaning: Meaning) => Error;
  readonly signer: Signer;
}

/**
 * Fetches a block.
 *
 * @returns undefined if the node says that it has no such channel or block
 */
export async function fetchBlock(
  source: BlockSource,
  channel: string,
  which: BlockSpecifier,
): Promise<Uint8Array | undefined> {
  if (which !== 'config') return seekBlock(source, channel, which);
  const newest = await seekBlock(source, channel, 'newest');
  return newest === undefined ? undefined : seekBlock(source, channel, lastConfigBlock(newest));
}

async function seekBlock(
  { seek, failure, signer }: BlockSource,
  channel: string,
  which: Exclude<BlockSpecifier, 'config'>,
): Promise<Uint8Array | undefined> {
  const task = `Fetching ${typeof which === 'number' ? `block ${which}` : `the ${which} block`} of ${channel}`;
  const data = seekInfo(which).serializeBinary();
  const envelope = await signedEnvelope({ type: common.HeaderType.DELIVER_SEEK_INFO, channel, data }, signer);
  const response = await seek(task, envelope);
  const block = response.getBlock();
  if (block !== undefined) return block.serializeBinary();
  const status = response.getStatus();
  if (status === common.Status.NOT_FOUND) return undefined;
  throw failure(task, meaningOfStatus(status, ''));
}

function seekInfo(which: 'oldest' | 'newest' | number): orderers.SeekInfo {
  const position = new orderers.SeekPosition();
  if (which === 'oldest') position.setOldest(new orderers.SeekOldest());
  else if (which === 'newest') position.setNewest(new orderers.SeekNewest());
  else position.setSpecified(specified(which));
  const seek = new orderers.SeekInfo();
  seek.setStart(position);
  seek.setStop(position);
  // A block that is still to come would be waited for otherwise.
  seek.setBehavior(orderers.SeekInfo.SeekBehavior.FAIL_IF_NOT_READY);
  return seek;
}

function specified(number: number): orderers.SeekSpecified {
  const position = new orderers.SeekSpecified();
  position.setNumber(number);
  return position;
}
