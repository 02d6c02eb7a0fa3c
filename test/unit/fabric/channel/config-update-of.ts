import configtx from '@hyperledger/fabric-protos/lib/common/configtx_pb.js';

/** A common.ConfigUpdate of a channel that changes nothing. @param mark tells it from others of the channel */
export function configUpdateOf(channel: string, mark = 'mark'): Uint8Array {
  const update = new configtx.ConfigUpdate();
  update.setChannelId(channel);
  update.getIsolatedDataMap().set(mark, 'value');
  return update.serializeBinary();
}
