import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import orderers from '@hyperledger/fabric-protos/lib/orderer/ab_pb.js';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import {
  configUpdateTransaction,
  connectOrderer,
  connectPeer,
  describeBlock,
  type FabricErrorKind,
} from '../../../../src/fabric/index.ts';
import { newBlock } from '../channel/blocks.ts';
import { newIdentity, startFakeNode } from './fake-node.ts';

const [node, admin] = await Promise.all([startFakeNode(), newIdentity('OrdererMSP')]);
const limits = { signal: new AbortController().signal, timeoutMs: 20_000 };
const orderer = connectOrderer(node.endpoint, admin, limits);
const peer = connectPeer(node.endpoint, admin, limits);

afterAll(async () => {
  orderer.close();
  peer.close();
  await node[Symbol.asyncDispose]();
});

beforeEach(() => {
  node.behaviour = {};
  node.headers.length = 0;
});

/** A channel of five blocks, whose configuration is that of the third. */
function fiveBlocks(seek: orderers.SeekInfo): common.Block | number {
  const start = seek.getStart();
  const number = start?.hasNewest() ? 4 : start?.hasOldest() ? 0 : (start?.getSpecified()?.getNumber() ?? -1);
  if (number > 4) return common.Status.NOT_FOUND;
  return newBlock({ channel: 'mychannel', number, lastConfig: number < 2 ? 0 : 2 });
}

describe.each([
  ['An orderer', orderer],
  ['A peer', peer],
])('%s', (_, client) => {
  it.each([
    ['oldest', 0],
    ['newest', 4],
    ['config', 2],
    [3, 3],
  ] as const)('gives the block %s', async (which, number) => {
    node.behaviour = { deliver: fiveBlocks };
    const block = await client.fetchBlock('mychannel', which);
    expect(block && describeBlock(block)).toMatchObject({ channel: 'mychannel', number });
  });

  it('is asked for one block, and not to wait for it, by a signed envelope of now', async () => {
    const seeks: orderers.SeekInfo[] = [];
    node.behaviour = {
      deliver: (seek) => {
        seeks.push(seek);
        return fiveBlocks(seek);
      },
    };
    await client.fetchBlock('mychannel', 3);
    const [seek] = seeks;
    expect(seek?.getStart()?.getSpecified()?.getNumber()).toBe(3);
    expect(seek?.getStop()?.getSpecified()?.getNumber()).toBe(3);
    expect(seek?.getBehavior()).toBe(orderers.SeekInfo.SeekBehavior.FAIL_IF_NOT_READY);
    expect(node.headers).toMatchObject([
      { type: common.HeaderType.DELIVER_SEEK_INFO, channel: 'mychannel', mspId: 'OrdererMSP' },
    ]);
    expect(Math.abs((node.headers[0]?.timestamp?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('has no block that is still to come', async () => {
    node.behaviour = { deliver: fiveBlocks };
    expect(await client.fetchBlock('mychannel', 5)).toBeUndefined();
  });

  it('has no block of a channel that it has not joined', async () => {
    node.behaviour = { deliver: () => common.Status.NOT_FOUND };
    expect(await client.fetchBlock('mychannel', 'config')).toBeUndefined();
  });

  it.each<[number, FabricErrorKind, string]>([
    [common.Status.FORBIDDEN, 'notAuthorized', 'it answers (403 FORBIDDEN)'],
    [common.Status.BAD_REQUEST, 'refused', 'it answers (400 BAD_REQUEST)'],
    [common.Status.SERVICE_UNAVAILABLE, 'unavailable', 'it answers (503 SERVICE_UNAVAILABLE)'],
  ])('may answer with status %i, which is %s', async (status, kind, reason) => {
    node.behaviour = { deliver: () => status };
    await expect(client.fetchBlock('mychannel', 'newest')).rejects.toMatchObject({
      kind,
      message: `Fetching the newest block of mychannel at org1-peer1 failed: ${reason}`,
    });
  });

  it('may end the call without an answer', async () => {
    await expect(client.fetchBlock('mychannel', 'newest')).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'Fetching the newest block of mychannel at org1-peer1 failed: it ended the call without an answer',
    });
  });
});

describe('An orderer that is sent a transaction', () => {
  const transaction = (): Promise<Uint8Array> =>
    configUpdateTransaction({ channel: 'mychannel', configUpdate: Buffer.from('x'), signatures: [], sender: admin });

  it('has it as it is', async () => {
    const received: Uint8Array[] = [];
    node.behaviour = {
      broadcast: (envelope) => {
        received.push(envelope.serializeBinary());
        return { status: common.Status.SUCCESS, info: '' };
      },
    };
    const sent = await transaction();
    await orderer.broadcast(sent);
    expect(received).toEqual([sent]);
    expect(node.headers).toMatchObject([{ type: common.HeaderType.CONFIG_UPDATE, channel: 'mychannel' }]);
  });

  it.each<[number, string, FabricErrorKind]>([
    [common.Status.SERVICE_UNAVAILABLE, 'no Raft leader', 'noLeader'],
    [common.Status.SERVICE_UNAVAILABLE, 'shutting down', 'unavailable'],
    [common.Status.FORBIDDEN, 'implicit policy evaluation failed', 'notAuthorized'],
    [common.Status.BAD_REQUEST, 'policy for [Value] x not satisfied', 'refused'],
  ])('may refuse it with status %i: %s', async (status, info, kind) => {
    node.behaviour = { broadcast: () => ({ status, info }) };
    await expect(orderer.broadcast(await transaction())).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(
        new RegExp(`^Submitting a transaction to mychannel at org1-peer1 failed: .*\\(${status} [A-Z_]+\\)$`),
      ) as unknown,
    });
  });
});
