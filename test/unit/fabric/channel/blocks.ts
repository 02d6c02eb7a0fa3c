import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';

/** A block of one transaction. Without `lastConfig` it does not say where the configuration is. */
export function newBlock(of: {
  readonly channel: string;
  readonly number: number;
  readonly lastConfig?: number;
}): common.Block {
  const channelHeader = new common.ChannelHeader();
  channelHeader.setChannelId(of.channel);
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  const data = new common.BlockData();
  data.setDataList([envelope.serializeBinary()]);
  const blockHeader = new common.BlockHeader();
  blockHeader.setNumber(of.number);
  const block = new common.Block();
  block.setHeader(blockHeader);
  block.setData(data);
  if (of.lastConfig !== undefined) block.setMetadata(metadataOf(of.lastConfig));
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
