import { StatusCode } from '@hyperledger/fabric-gateway';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

import { connectGateway, type ChaincodeCall } from '../../../../src/fabric/gateway/client.ts';
import { TransactionError, type NodeAnswer } from '../../../../src/fabric/gateway/error.ts';
import { freePort } from '../../../support/free-port.ts';
import { startFakeGateway, type Behaviour } from './fake-gateway.ts';

const peer = await startFakeGateway();
const gateway = connectGateway(peer.endpoint, peer.identity);
afterAll(() => {
  gateway.close();
  peer.stop();
});
afterEach(() => {
  peer.behaviour = {};
  peer.proposed.length = 0;
  peer.onCall = () => undefined;
});

const CALL: ChaincodeCall = {
  channel: 'mychannel',
  chaincode: 'basic',
  function: 'TransferAsset',
  args: ['asset7', 'Ben'],
};
const OPTIONS = { timeoutMs: 10_000 };

const said = (message: string, organization = 1): NodeAnswer => ({
  address: `org${organization}-peer1:443`,
  mspId: `Org${organization}MSP`,
  message,
});

describe('A gateway', () => {
  it('has a peer answer', async () => {
    const result = await gateway.evaluate(CALL, OPTIONS);
    expect(Buffer.from(result).toString()).toBe('answer to TransferAsset');
    expect(peer.proposed).toEqual([
      {
        channel: 'mychannel',
        chaincode: 'basic',
        args: ['TransferAsset', 'asset7', 'Ben'],
        isInit: false,
        transient: {},
        organizations: [],
      },
    ]);
  });

  it('submits a transaction and tells where it was committed, stage by stage', async () => {
    const stages: string[] = [];
    const { result, ...committed } = await gateway.submit(CALL, { ...OPTIONS, onStage: (stage) => stages.push(stage) });
    expect(committed).toMatchObject({ block: 7, status: 'VALID' });
    expect(committed.transactionId).toMatch(/^[0-9a-f]{64}$/);
    expect(Buffer.from(result).toString()).toBe('answer to TransferAsset');
    expect(stages).toEqual(['endorse', 'order', 'commit']);
  });

  it('sends transient data and names who is to endorse', async () => {
    const transient = { price: Buffer.from('400') };
    await gateway.submit({ ...CALL, transient, organizations: ['Org1MSP', 'Org2MSP'] }, OPTIONS);
    expect(peer.proposed[0]).toMatchObject({ transient: { price: '400' }, organizations: ['Org1MSP', 'Org2MSP'] });
  });

  it('asks for endorsements again until it has heard of the peers that give them', async () => {
    peer.behaviour = {
      endorse: { code: 'UNAVAILABLE', message: 'failed to find any endorsing peers for org(s): Org2MSP' },
    };
    peer.onCall = (method) => {
      if (method === 'endorse') peer.behaviour = {};
    };
    expect(await gateway.submit(CALL, OPTIONS)).toMatchObject({ status: 'VALID' });
    expect(peer.proposed).toHaveLength(2);
  });

  it('submits an initialization that is otherwise the same', async () => {
    const call = { ...CALL, transient: { price: Buffer.from('400') }, organizations: ['Org1MSP'] };
    await gateway.submit(call, OPTIONS);
    await gateway.submit(call, { ...OPTIONS, asInitialization: true });
    const [plain, initialization] = peer.proposed;
    expect(initialization).toEqual({ ...plain, isInit: true });
  });
});

describe('A call that fails', () => {
  const CASES: readonly {
    readonly when: string;
    readonly behaviour: Behaviour;
    readonly says: string;
    readonly kind: string;
  }[] = [
    {
      when: 'the chaincode refuses, at every peer alike',
      behaviour: {
        endorse: {
          code: 'ABORTED',
          message: 'failed to endorse transaction, see attached details for more info',
          answers: [
            said('chaincode response 500, the asset asset7 does not exist'),
            said('chaincode response 500, the asset asset7 does not exist'),
            said('chaincode response 500, the asset asset7 does not exist', 2),
          ],
        },
      },
      kind: 'chaincodeAnswered',
      says:
        'TransferAsset of basic on mychannel was not endorsed, and nothing was submitted: the chaincode answered: ' +
        'the asset asset7 does not exist (org1-peer1:443 of Org1MSP and org2-peer1:443 of Org2MSP)',
    },
    {
      when: 'peers refuse for different reasons',
      behaviour: {
        endorse: {
          code: 'ABORTED',
          message: 'failed to collect enough transaction endorsements, see attached details for more info',
          answers: [
            said('ProposalResponsePayloads do not match', 2),
            said(
              'error in simulation: failed to execute transaction 1: could not launch chaincode basic_1.0:4f: error ' +
                'building chaincode: error creating grpc connection to org1-ccaas:9999: context deadline exceeded',
            ),
          ],
        },
      },
      kind: 'refused',
      says:
        'TransferAsset of basic on mychannel was not endorsed, and nothing was submitted: they say different things\n' +
        '  org2-peer1:443 of Org2MSP: the chaincode came to another result than at the peer that was asked first\n' +
        '  org1-peer1:443 of Org1MSP: the peer cannot reach the server of basic_1.0 at org1-ccaas:9999: context deadline exceeded',
    },
    {
      when: 'the chaincode wants its initialization first',
      behaviour: {
        endorse: {
          code: 'ABORTED',
          message: 'failed to endorse transaction, see attached details for more info',
          answers: [
            said(
              'error in simulation: failed to execute transaction 1: invalid invocation: chaincode ' +
                "'basic' has not been initialized for this version, must call as init first",
            ),
          ],
        },
      },
      kind: 'notInitialized',
      says: 'must call as init first',
    },
    {
      when: 'too few peers run the chaincode',
      behaviour: {
        endorse: {
          code: 'FAILED_PRECONDITION',
          message:
            'no combination of peers can be derived which satisfy the endorsement policy: required chaincodes are missing',
        },
      },
      kind: 'unavailable',
      says:
        'TransferAsset of basic on mychannel was not endorsed, and nothing was submitted: too few peers that the gateway ' +
        'knows run the chaincode for the organizations that have to endorse (no combination of peers',
    },
    {
      when: 'a private collection leaves out who has to endorse',
      behaviour: {
        endorse: {
          code: 'FAILED_PRECONDITION',
          message: 'retry specifying trusted endorsing organizations to protect transient data',
        },
      },
      kind: 'refused',
      says: 'with transient data, the organizations that endorse have to be named',
    },
    {
      when: 'the orderers have no leader',
      behaviour: { submit: { code: 'UNAVAILABLE', message: 'no orderers could successfully process transaction' } },
      kind: 'unavailable',
      says: 'TransferAsset of basic on mychannel was endorsed, but no orderer is known to have taken it: no orderer takes transactions now',
    },
    {
      when: 'another transaction was quicker',
      behaviour: { validation: StatusCode.MVCC_READ_CONFLICT },
      kind: 'conflict',
      says:
        'TransferAsset of basic on mychannel changed nothing: another transaction changed what it had read before it ' +
        'was committed; submit it again (11 MVCC_READ_CONFLICT, transaction ',
    },
    {
      when: 'the peers find it invalid for another reason',
      behaviour: { validation: StatusCode.BAD_RWSET },
      kind: 'refused',
      says: 'changed nothing: the peers do not take it as valid (22 BAD_RWSET, transaction ',
    },
    {
      when: 'the identity may not ask for the outcome',
      behaviour: { commitStatus: { code: 'PERMISSION_DENIED', message: 'failed evaluating policy on signed data' } },
      kind: 'notAuthorized',
      says: 'was ordered, and may or may not be committed (transaction ',
    },
  ];

  it.each(CASES)('says what is the matter when $when', async ({ behaviour, says, kind }) => {
    peer.behaviour = behaviour;
    const error = await failure(gateway.submit(CALL, { ...OPTIONS, gossipPatienceMs: 0 }));
    expect(error.message).toContain(says);
    expect(error.kind).toBe(kind);
  });

  it('has the mark of an invalid transaction, and its place', async () => {
    peer.behaviour = { validation: StatusCode.MVCC_READ_CONFLICT };
    const error = await failure(gateway.submit(CALL, OPTIONS));
    expect(error).toMatchObject({ stage: 'commit', status: 'MVCC_READ_CONFLICT', block: 7 });
    expect(error.transactionId).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['evaluate', 'failed: org1-peer1 did not answer within 10 s'],
    ['endorse', 'was not endorsed, and nothing was submitted: '],
    ['submit', 'was endorsed, but no orderer is known to have taken it: '],
    ['commitStatus', 'was ordered, and may or may not be committed (transaction '],
  ] as const)('says how far it came when %s was not answered in time', async (call, says) => {
    peer.behaviour = { [call]: { code: 'DEADLINE_EXCEEDED', message: 'context deadline exceeded' } };
    const error = await failure(call === 'evaluate' ? gateway.evaluate(CALL, OPTIONS) : gateway.submit(CALL, OPTIONS));
    expect(error.kind).toBe('timeout');
    expect(error.message).toContain(says);
  });

  it('ends in time when it gets no answer', async () => {
    peer.behaviour = { evaluate: 'never answers', endorse: 'never answers' };
    for (const call of [gateway.evaluate(CALL, { timeoutMs: 200 }), gateway.submit(CALL, { timeoutMs: 200 })]) {
      expect((await failure(call)).kind).toBe('timeout');
    }
  });

  it('has one deadline for all stages of a submission', async () => {
    await using other = await startFakeGateway();
    const client = connectGateway(other.endpoint, other.identity);
    const before = Date.now();
    await client.submit(CALL, OPTIONS);
    client.close();
    expect(other.deadlines).toHaveLength(3);
    for (const deadline of other.deadlines) {
      expect(deadline).toBeGreaterThanOrEqual(before + OPTIONS.timeoutMs - 1_000);
      expect(deadline).toBeLessThanOrEqual(Date.now() + OPTIONS.timeoutMs + 1_000);
    }
  });

  it('says that a channel is none of the peer', async () => {
    peer.behaviour = {
      evaluate: { code: 'UNAVAILABLE', message: 'failed to get config for channel [mychannel]: channel not found' },
    };
    const error = await failure(gateway.evaluate(CALL, OPTIONS));
    expect(error.kind).toBe('notFound');
    expect(error.message).toContain('failed: the peer has not joined the channel (failed to get config');
  });

  it('says that nothing listens', async () => {
    const port = await freePort();
    const nobody = connectGateway({ ...peer.endpoint, port }, peer.identity);
    const error = await failure(nobody.evaluate(CALL, OPTIONS));
    nobody.close();
    expect(error.kind).toBe('unreachable');
    expect(error.message).toMatch(
      /failed: org1-peer1 cannot be reached at 127\.0\.0\.1:\d+: connect ECONNREFUSED 127\.0\.0\.1:\d+ \(14 UNAVAILABLE\)$/,
    );
  });

  it('trusts nobody else than the peer that it was told', async () => {
    const other = connectGateway({ ...peer.endpoint, servername: 'org1-peer2' }, peer.identity);
    const error = await failure(other.evaluate(CALL, OPTIONS));
    other.close();
    expect(error.kind).toBe('untrusted');
    expect(error.message).toContain("Hostname/IP does not match certificate's altnames");
    expect(peer.proposed).toEqual([]);
  });
});

async function failure(call: Promise<unknown>): Promise<TransactionError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TransactionError) return error;
  throw new Error(`this is no error of a transaction: ${String(error)}`);
}
