import { createHash } from 'node:crypto';

import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import configtx from '@hyperledger/fabric-protos/lib/common/configtx_pb.js';

import { FabricError } from '../error.ts';

/** What the outside of a block says. */
export interface BlockDescription {
  readonly channel: string;
  readonly number: number;
  /** SHA-256 of its data, hexadecimal: the same for every copy, however it is signed. */
  readonly dataHash: string;
}

/**
 * Reads a block.
 *
 * @param block common.Block (fabric-protos, common/common.proto)
 * @throws FabricError `refused` if it is none
 */
export function describeBlock(block: Uint8Array): BlockDescription {
  const { header, data } = parse(block);
  const [first = new Uint8Array()] = data;
  return { channel: attempt(() => channelOfEnvelope(first)), number: header.getNumber(), dataHash: hashOf(data) };
}

/** Whether two blocks are copies of one: header and data are equal, signatures and other metadata may differ. */
export function sameBlock(one: Uint8Array, other: Uint8Array): boolean {
  const [a, b] = [parse(one), parse(other)];
  return (
    a.header.getNumber() === b.header.getNumber() &&
    a.header.getPreviousHash_asB64() === b.header.getPreviousHash_asB64() &&
    hashOf(a.data) === hashOf(b.data)
  );
}

/**
 * Number of the block that holds the configuration under which a block was made, as its orderers wrote it into the metadata
 * (GetLastConfigIndexFromBlock in fabric's protoutil/blockutils.go).
 *
 * @throws FabricError `refused` if the block does not say it
 */
export function lastConfigBlock(block: Uint8Array): number {
  const { header, metadata } = parse(block);
  const signed = attempt(() => {
    const value = metadataValue(metadata[common.BlockMetadataIndex.SIGNATURES]);
    return common.OrdererBlockMetadata.deserializeBinary(value).getLastConfig();
  });
  if (signed !== undefined) return signed.getIndex();
  // A block of an orderer before Fabric 1.4.1 has it in a place of its own.
  const value = attempt(() => metadataValue(metadata[common.BlockMetadataIndex.LAST_CONFIG]));
  if (value.length > 0) return attempt(() => common.LastConfig.deserializeBinary(value).getIndex());
  if (header.getNumber() === 0) return 0;
  throw notABlock('it does not say where the configuration is');
}

function metadataValue(bytes: Uint8Array = new Uint8Array()): Uint8Array {
  return common.Metadata.deserializeBinary(bytes).getValue_asU8();
}

interface ParsedBlock {
  readonly header: common.BlockHeader;
  readonly data: readonly Uint8Array[];
  readonly metadata: readonly Uint8Array[];
}

function parse(bytes: Uint8Array): ParsedBlock {
  const block = attempt(() => common.Block.deserializeBinary(bytes));
  const header = block.getHeader();
  const data = block.getData()?.getDataList_asU8() ?? [];
  if (header === undefined || data.length === 0) throw notABlock('it has no header or no data');
  return { header, data, metadata: block.getMetadata()?.getMetadataList_asU8() ?? [] };
}

/**
 * Sequence of the configuration that a configuration block carries: one more with each update.
 *
 * @throws FabricError `refused` if the block carries none
 */
export function configSequence(block: Uint8Array): number {
  const [envelope = new Uint8Array()] = parse(block).data;
  return attempt(() => {
    const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(envelope).getPayload_asU8());
    const header = common.ChannelHeader.deserializeBinary(
      payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array(),
    );
    const config = configtx.ConfigEnvelope.deserializeBinary(payload.getData_asU8()).getConfig();
    if (header.getType() !== common.HeaderType.CONFIG || config === undefined)
      throw notABlock('it carries no configuration');
    return config.getSequence();
  });
}

/** The hash that Fabric writes into a block's header (protoutil/blockutils.go, ComputeBlockDataHash). */
function hashOf(data: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const item of data) hash.update(item);
  return hash.digest('hex');
}

/** Name of the channel that a transaction is for, out of its common.Envelope. */
export function channelOfEnvelope(envelope: Uint8Array): string {
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(envelope).getPayload_asU8());
  const header = payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array();
  return common.ChannelHeader.deserializeBinary(header).getChannelId();
}

function attempt<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw notABlock(error instanceof Error ? error.message : String(error), error);
  }
}

function notABlock(why: string, cause?: unknown): FabricError {
  return new FabricError('refused', `This is not a block of a channel: ${why}`, { cause });
}
