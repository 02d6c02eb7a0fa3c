import { createHash } from 'node:crypto';

import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import { describe, expect, it } from 'vitest';

import { lastConfigBlock } from '../../../../src/fabric/channel/block.ts';
import { describeBlock, sameBlock } from '../../../../src/fabric/index.ts';
import { newBlock as newChannelBlock } from './blocks.ts';

interface Parts {
  readonly channel?: string;
  readonly number?: number;
  readonly previousHash?: string;
  readonly metadata?: string;
  readonly timestamp?: number;
}

function newBlock({
  channel = 'mychannel',
  number = 0,
  previousHash = '',
  metadata = '',
  timestamp = 0,
}: Parts): Uint8Array {
  const channelHeader = new common.ChannelHeader();
  channelHeader.setChannelId(channel);
  channelHeader.setEpoch(timestamp);
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());

  const blockHeader = new common.BlockHeader();
  blockHeader.setNumber(number);
  blockHeader.setPreviousHash(Buffer.from(previousHash));
  const data = new common.BlockData();
  data.setDataList([envelope.serializeBinary()]);
  const blockMetadata = new common.BlockMetadata();
  blockMetadata.setMetadataList([Buffer.from(metadata)]);
  const block = new common.Block();
  block.setHeader(blockHeader);
  block.setData(data);
  block.setMetadata(blockMetadata);
  return block.serializeBinary();
}

describe('a block', () => {
  it('says its number and its channel', () => {
    const block = newBlock({ channel: 'other-channel', number: 7 });
    const data = common.Block.deserializeBinary(block).getData()?.getDataList_asU8()[0] ?? new Uint8Array();
    expect(describeBlock(block)).toEqual({
      channel: 'other-channel',
      number: 7,
      dataHash: createHash('sha256').update(data).digest('hex'),
    });
  });

  it('is the same as its copy with other signatures', () => {
    expect(sameBlock(newBlock({ metadata: 'one' }), newBlock({ metadata: 'other' }))).toBe(true);
  });

  it.each<[string, Parts]>([
    ['content', { timestamp: 1 }],
    ['number', { number: 1 }],
    ['predecessor', { previousHash: 'another' }],
  ])('is not the same as one of another %s', (_what, other) => {
    expect(sameBlock(newBlock({}), newBlock(other))).toBe(false);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['an error page', Buffer.from('<html>502 Bad Gateway</html>')],
  ])('is not %s', (_what, bytes) => {
    expect(() => describeBlock(bytes)).toThrow('This is not a block of a channel: ');
  });
});

describe('The configuration under which a block was made', () => {
  it('lies in the block that its orderers name', () => {
    expect(lastConfigBlock(newChannelBlock({ channel: 'mychannel', number: 9, lastConfig: 4 }).serializeBinary())).toBe(
      4,
    );
    expect(lastConfigBlock(newChannelBlock({ channel: 'mychannel', number: 0, lastConfig: 0 }).serializeBinary())).toBe(
      0,
    );
  });

  it('lies elsewhere in the metadata of a block of an orderer before Fabric 1.4.1', () => {
    const lastConfig = new common.LastConfig();
    lastConfig.setIndex(3);
    const value = new common.Metadata();
    value.setValue(lastConfig.serializeBinary());
    const metadata = new common.BlockMetadata();
    metadata.setMetadataList([new Uint8Array(), value.serializeBinary()]);
    const block = newChannelBlock({ channel: 'mychannel', number: 9 });
    block.setMetadata(metadata);
    expect(lastConfigBlock(block.serializeBinary())).toBe(3);
  });

  it('is that of the first block itself, and is not guessed for any other', () => {
    expect(lastConfigBlock(newChannelBlock({ channel: 'mychannel', number: 0 }).serializeBinary())).toBe(0);
    expect(() => lastConfigBlock(newChannelBlock({ channel: 'mychannel', number: 5 }).serializeBinary())).toThrow(
      'it does not say where the configuration is',
    );
  });
});
