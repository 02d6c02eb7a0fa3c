import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import ledgers from '@hyperledger/fabric-protos/lib/common/ledger_pb.js';
import lifecycle from '@hyperledger/fabric-protos/lib/peer/lifecycle/lifecycle_pb.js';
import queries from '@hyperledger/fabric-protos/lib/peer/query_pb.js';
import transactions from '@hyperledger/fabric-protos/lib/peer/transaction_pb.js';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { connectPeer, type ChaincodeDefinition, type Peer } from '../../../../src/fabric/index.ts';
import { newBlock } from '../channel/blocks.ts';
import { startFakeGateway } from '../gateway/fake-gateway.ts';
import { newIdentity, startFakeNode, type Invocation, type ResponseOfChaincode } from '../grpc/fake-node.ts';

const [node, admin] = await Promise.all([startFakeNode(), newIdentity('Org1MSP')]);
const limits = { signal: new AbortController().signal, timeoutMs: 20_000 };
const peer = connectPeer(node.endpoint, admin, limits);
const clients: Peer[] = [peer];

afterAll(async () => {
  for (const client of clients) client.close();
  await node[Symbol.asyncDispose]();
});

beforeEach(() => {
  node.behaviour = {};
  node.headers.length = 0;
});

/** Has the node answer everything alike. @returns what it is asked */
function answering(response: ResponseOfChaincode): Invocation[] {
  const asked: Invocation[] = [];
  node.behaviour = {
    endorse: (invocation) => {
      asked.push(invocation);
      return response;
    },
  };
  return asked;
}

const texts = ({ args }: Invocation): string[] => args.map((arg) => Buffer.from(arg).toString());

const OTHER: ChaincodeDefinition = {
  name: 'other',
  version: '2',
  sequence: 1,
  endorsementPolicy: { kind: 'channel', path: '/Channel/Application/Endorsement' },
  initRequired: false,
  collections: [],
};

describe('A peer', () => {
  it('is asked in the name of an identity, with a signature that Fabric takes', async () => {
    await peer.query('mychannel', 'basic', ['ReadAsset', 'asset1']);
    const [header] = node.headers;
    expect(header).toMatchObject({
      type: common.HeaderType.ENDORSER_TRANSACTION,
      channel: 'mychannel',
      mspId: 'Org1MSP',
      certificate: admin.certificate,
    });
    expect(header?.transactionId).toMatch(/^[0-9a-f]{64}$/);
  });

  it('never gets one nonce twice', async () => {
    await Promise.all([peer.channels(), peer.channels()]);
    expect(new Set(node.headers.map(({ transactionId }) => transactionId)).size).toBe(2);
  });

  it('tells for which chaincodes it knows too few endorsers, asked by who shows the same certificate in TLS', async () => {
    const asked: string[] = [];
    node.behaviour = {
      discover: (channel, chaincode) => {
        asked.push(`${channel} ${chaincode}`);
        return chaincode === 'basic' ? 'failed constructing descriptor for chaincodes:<name:"basic" >' : undefined;
      },
    };
    expect(await peer.chaincodesWithoutEndorsers('mychannel', ['basic', 'own'])).toEqual(['basic']);
    expect(asked).toEqual(['mychannel basic', 'mychannel own']);
    expect(await peer.chaincodesWithoutEndorsers('mychannel', [])).toEqual([]);
  });

  it('refuses to tell of endorsers whom it does not let write', async () => {
    node.behaviour = { discover: () => 'access denied' };
    await expect(peer.chaincodesWithoutEndorsers('mychannel', ['basic'])).rejects.toMatchObject({
      kind: 'notAuthorized',
    });
  });

  it('tells its channels', async () => {
    const answer = new queries.ChannelQueryResponse();
    answer.setChannelsList(
      ['mychannel', 'yourchannel'].map((name) => {
        const channel = new queries.ChannelInfo();
        channel.setChannelId(name);
        return channel;
      }),
    );
    const asked = answering({ payload: answer.serializeBinary() });
    expect(await peer.channels()).toEqual(['mychannel', 'yourchannel']);
    expect(asked).toMatchObject([{ channel: '', chaincode: 'cscc' }]);
    expect(asked.map(texts)).toEqual([['GetChannels']]);
  });

  it('tells the height of a ledger', async () => {
    const answer = new ledgers.BlockchainInfo();
    answer.setHeight(7);
    const asked = answering({ payload: answer.serializeBinary() });
    expect(await peer.ledger('mychannel')).toEqual({ height: 7 });
    expect(asked.map(texts)).toEqual([['GetChainInfo', 'mychannel']]);
  });

  it('joins a channel by its genesis block', async () => {
    const asked = answering({});
    const block = newBlock({ channel: 'mychannel', number: 0 }).serializeBinary();
    await peer.joinChannel(block);
    expect(asked[0]?.args[1]).toEqual(block);
  });

  it.each([
    ['is not reached', () => Promise.reject(new Error('connection error'))],
    ['cannot answer now', () => ({ status: 503 })],
  ] as const)('is asked again where it %s', async (_, first) => {
    const channels = new queries.ChannelQueryResponse();
    let calls = 0;
    node.behaviour = {
      endorse: () => {
        calls += 1;
        return calls === 1 ? first() : { payload: channels.serializeBinary() };
      },
    };
    expect(await peer.channels()).toEqual([]);
    expect(calls).toBe(2);
  });

  it.each([
    ['does not join again', 'a channel that it has joined although the answer was lost', ['mychannel'], 1],
    ['joins', 'a channel that it has not joined when that was seen', [], 2],
  ] as const)('%s %s', async (_does, _what, joined, times) => {
    const functions: string[] = [];
    node.behaviour = {
      endorse: (invocation) => {
        const [name = ''] = texts(invocation);
        functions.push(name);
        if (functions.length === 1) return Promise.reject(new Error('connection error'));
        if (name !== 'GetChannels') return {};
        const answer = new queries.ChannelQueryResponse();
        answer.setChannelsList(
          joined.map((channel) => {
            const info = new queries.ChannelInfo();
            info.setChannelId(channel);
            return info;
          }),
        );
        return { payload: answer.serializeBinary() };
      },
    };
    await peer.joinChannel(newBlock({ channel: 'mychannel', number: 0 }).serializeBinary());
    expect(functions.filter((name) => name === 'JoinChain')).toHaveLength(times);
  });

  it('has a chaincode answer', async () => {
    const asked = answering({ payload: Buffer.from('grün') });
    expect(await peer.query('mychannel', 'basic', ['ReadAsset', 'a b'])).toBe('grün');
    expect(asked).toMatchObject([{ channel: 'mychannel', chaincode: 'basic' }]);
    expect(asked.map(texts)).toEqual([['ReadAsset', 'a b']]);
  });

  it('takes a package that is installed already as installed', async () => {
    answering({
      status: 500,
      message:
        "failed to invoke backing implementation of 'InstallChaincode': chaincode already successfully installed (package ID 'basic_1.0:ac05')",
    });
    expect(await peer.installChaincode(Buffer.from('x'))).toBe('basic_1.0:ac05');
  });

  it('does not ask for a definition that the channel has not', async () => {
    const asked = answering({});
    expect(await peer.committedDefinition('mychannel', 'basic')).toBeUndefined();
    expect(asked.map((invocation) => texts(invocation)[0])).toEqual(['QueryChaincodeDefinitions']);
  });

  it('tells who has approved, and with which package', async () => {
    const readiness = new lifecycle.CheckCommitReadinessResult();
    readiness.getApprovalsMap().set('Org1MSP', true).set('Org2MSP', false);
    answering({ payload: readiness.serializeBinary() });
    expect(await peer.commitReadiness('mychannel', OTHER)).toEqual({ Org1MSP: true, Org2MSP: false });

    const approved = new lifecycle.QueryApprovedChaincodeDefinitionResult();
    approved.setVersion('2');
    approved.setSequence(1);
    answering({ payload: approved.serializeBinary() });
    expect(await peer.approvedDefinition('mychannel', 'other', 1)).toEqual({
      version: '2',
      sequence: 1,
      packageId: undefined,
    });
  });

  it('does not know any more what its organization has approved when only the hash is left', async () => {
    const reason =
      'private data matching public hash version is not available. Public hash version = {BlockNum: 4}, Private data version = <nil>';
    answering({ status: 500, message: `failed to invoke backing implementation: ${reason}` });
    expect(await peer.approvedDefinition('mychannel', 'other', 1)).toBeUndefined();
  });
});

describe('A peer that does not do what it is asked', () => {
  it('is named, with what it was to do, why not, and the status', async () => {
    answering({ status: 500, message: 'Invalid chain ID, mychannel' });
    await expect(peer.ledger('mychannel')).rejects.toMatchObject({
      name: 'FabricError',
      kind: 'notFound',
      message:
        'Reading the height of mychannel at org1-peer1 failed: Invalid chain ID, mychannel (500 INTERNAL_SERVER_ERROR)',
    });
  });

  it('may say so by gRPC', async () => {
    node.behaviour = { endorse: () => Promise.reject(new Error('error validating proposal: access denied: x')) };
    await expect(peer.channels()).rejects.toMatchObject({
      kind: 'notAuthorized',
      message: 'Listing channels at org1-peer1 failed: error validating proposal: access denied: x (2 UNKNOWN)',
    });
  });

  it('has a deadline, and where a chaincode keeps it waiting says where to look', async () => {
    node.behaviour = { endorse: () => new Promise(() => undefined) };
    const hasty = connectPeer(node.endpoint, admin, { ...limits, timeoutMs: 300 });
    clients.push(hasty);
    await expect(hasty.channels()).rejects.toMatchObject({
      kind: 'timeout',
      message: 'Listing channels at org1-peer1 failed: it did not answer within 0.3 s (4 DEADLINE_EXCEEDED)',
    });
    await expect(hasty.query('mychannel', 'basic', ['x'])).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringMatching(/\. Check that the chaincode's server is well/) as unknown,
    });
  });

  it('is not waited for by one who has gone', async () => {
    const gone = new AbortController();
    const impatient = connectPeer(node.endpoint, admin, { ...limits, signal: gone.signal });
    clients.push(impatient);
    const reason = new Error('the step was cancelled');
    node.behaviour = {
      endorse: () => {
        gone.abort(reason);
        return new Promise(() => undefined);
      },
    };
    await expect(impatient.channels()).rejects.toBe(reason);
    node.headers.length = 0;
    await expect(impatient.channels()).rejects.toBe(reason);
    await expect(impatient.fetchBlock('mychannel', 'newest')).rejects.toBe(reason);
    await expect(impatient.approve('mychannel', OTHER, undefined)).rejects.toBe(reason);
    expect(node.headers).toEqual([]);
  });

  it('may be lost while it is asked', async () => {
    await using lost = await startFakeNode();
    lost.behaviour = {
      endorse: () => {
        lost.crash();
        return new Promise(() => undefined);
      },
    };
    const client = connectPeer(lost.endpoint, admin, limits);
    clients.push(client);
    await expect(client.channels()).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(client.channels()).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED') as unknown,
    });
  });

  it('may be another than the one that is meant', async () => {
    const client = connectPeer({ ...node.endpoint, servername: 'org1-peer2' }, admin, limits);
    clients.push(client);
    await expect(client.channels()).rejects.toMatchObject({ kind: 'untrusted' });
    expect(node.headers).toEqual([]);
  });
});

describe("A peer's gateway", () => {
  it('submits the approval of a definition with the endorsement of its own organization alone', async () => {
    await using gateway = await startFakeGateway();
    const client = connectPeer(gateway.endpoint, admin, limits);
    clients.push(client);
    await client.approve('mychannel', OTHER, 'other_2:ab');
    expect(gateway.proposed).toMatchObject([
      { channel: 'mychannel', chaincode: '_lifecycle', organizations: ['Org1MSP'], isInit: false },
    ]);
    const [name, message] = gateway.invocations[0] ?? [];
    expect(Buffer.from(name ?? '').toString()).toBe('ApproveChaincodeDefinitionForMyOrg');
    const args = lifecycle.ApproveChaincodeDefinitionForMyOrgArgs.deserializeBinary(message ?? new Uint8Array());
    expect(args.toObject()).toMatchObject({ name: 'other', version: '2', sequence: 1, initRequired: false });
    expect(args.getSource()?.getLocalPackage()?.getPackageId()).toBe('other_2:ab');
  });

  it('submits an approval without a package as one', async () => {
    await using gateway = await startFakeGateway();
    const client = connectPeer(gateway.endpoint, admin, limits);
    clients.push(client);
    await client.approve('mychannel', OTHER, undefined);
    const [, message] = gateway.invocations[0] ?? [];
    const args = lifecycle.ApproveChaincodeDefinitionForMyOrgArgs.deserializeBinary(message ?? new Uint8Array());
    expect(args.getSource()?.hasUnavailable()).toBe(true);
  });

  it('submits the commit of a definition with the endorsement of the organizations that are named', async () => {
    await using gateway = await startFakeGateway();
    const client = connectPeer(gateway.endpoint, admin, limits);
    clients.push(client);
    await client.commit('mychannel', OTHER, ['Org1MSP', 'Org2MSP']);
    expect(gateway.proposed).toMatchObject([{ chaincode: '_lifecycle', organizations: ['Org1MSP', 'Org2MSP'] }]);
    expect(Buffer.from(gateway.invocations[0]?.[0] ?? '').toString()).toBe('CommitChaincodeDefinition');
  });

  it("tells what the lifecycle says as the peer's own words, not as an answer of an application", async () => {
    await using gateway = await startFakeGateway();
    const client = connectPeer(gateway.endpoint, admin, limits);
    clients.push(client);
    const message =
      "chaincode response 500, failed to invoke backing implementation of 'CommitChaincodeDefinition': requested sequence is 1, but new definition must be sequence 2";
    const answers = [{ address: 'org1-peer1:443', mspId: 'Org1MSP', message }];
    gateway.behaviour = { endorse: { code: 'ABORTED', message: 'failed to endorse transaction', answers } };
    await expect(client.commit('mychannel', OTHER, ['Org1MSP'])).rejects.toMatchObject({
      kind: 'conflict',
      message:
        "The commit of other on mychannel was not endorsed, and nothing was submitted: failed to invoke backing implementation of 'CommitChaincodeDefinition': requested sequence is 1, but new definition must be sequence 2 (org1-peer1:443 of Org1MSP)",
    });
  });

  it('tells of a transaction that is not valid', async () => {
    await using gateway = await startFakeGateway();
    const client = connectPeer(gateway.endpoint, admin, limits);
    clients.push(client);
    gateway.behaviour = { validation: transactions.TxValidationCode.ENDORSEMENT_POLICY_FAILURE };
    await expect(client.commit('mychannel', OTHER, ['Org1MSP'])).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(
        /^The commit of other on mychannel changed nothing: .* \(10 ENDORSEMENT_POLICY_FAILURE, transaction/,
      ) as unknown,
    });
  });

  it('is not waited for by one who has gone', async () => {
    await using gateway = await startFakeGateway();
    const gone = new AbortController();
    const client = connectPeer(gateway.endpoint, admin, { ...limits, signal: gone.signal });
    clients.push(client);
    const reason = new Error('the step was cancelled');
    gateway.behaviour = { commitStatus: 'never answers' };
    gateway.onCall = (method) => {
      if (method === 'commitStatus') gone.abort(reason);
    };
    await expect(client.approve('mychannel', OTHER, undefined)).rejects.toBe(reason);
  });
});
