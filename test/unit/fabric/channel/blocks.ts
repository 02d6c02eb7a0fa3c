import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import configtx from '@hyperledger/fabric-protos/lib/common/configtx_pb.js';

/** A block of one transaction. Without `lastConfig` it does not say where the configuration is. */
export function newBlock(of: {
  readonly channel: string;
  readonly number: number;
  readonly lastConfig?: number;
}): common.Block {
  const channelHeader = new common.ChannelHeader();
  channelHeader.setChannelId(of.channel);
  const block = blockOf(of.number, channelHeader);
  if (of.lastConfig !== undefined) block.setMetadata(metadataOf(of.lastConfig));
  return block;
}

/** A block that carries a channel's configuration. @param of.salt makes it another one of the same number */
export function newConfigBlock(of: {
  readonly channel: string;
  readonly number: number;
  readonly sequence: number;
  readonly salt?: string;
}): Uint8Array {
  const channelHeader = new common.ChannelHeader();
  channelHeader.setChannelId(of.channel);
  channelHeader.setType(common.HeaderType.CONFIG);
  const config = new configtx.Config();
  config.setSequence(of.sequence);
  const lastUpdate = new common.Envelope();
  lastUpdate.setPayload(Buffer.from(of.salt ?? ''));
  const content = new configtx.ConfigEnvelope();
  content.setConfig(config);
  content.setLastUpdate(lastUpdate);
  return blockOf(of.number, channelHeader, content.serializeBinary()).serializeBinary();
}

function blockOf(
  number: number,
  channelHeader: common.ChannelHeader,
  content: Uint8Array = new Uint8Array(),
): common.Block {
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(content);
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  const data = new common.BlockData();
  data.setDataList([envelope.serializeBinary()]);
  const blockHeader = new common.BlockHeader();
  blockHeader.setNumber(number);
  const block = new common.Block();
  block.setHeader(blockHeader);
  block.setData(data);
  return block;
}

function metadataOf(lastConfig: number): common.BlockMetadata {
  const index = new common.LastConfig();
  index.setIndex(lastConfig);
  const ordered = new common.OrdererBlockMetadata();
  ordered.setLastConfig(index);
  const signatures = new common.Metadata();
  signatures.setValue(ordered.serializeBinary());
  const metadata = new common.BlockMetadata();
  metadata.setMetadataList([signatures.serializeBinary()]);
  return metadata;
}
