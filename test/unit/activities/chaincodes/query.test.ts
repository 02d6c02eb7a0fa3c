import { beforeEach, describe, expect, test, vi } from 'vitest';

import {
  createChaincodeQueryActivities,
  pingChaincode,
  type ChaincodeQueryActivities,
} from '../../../../src/activities/chaincodes/query.ts';
import { FabricError, type FabricErrorKind } from '../../../../src/fabric/index.ts';
import { chaincodeNodeInput } from '../chaincodes.ts';
import { fakeFabric, type FakeFabric } from '../fake-fabric.ts';
import { runWaiting } from '../mock-activity.ts';
import { objectStore } from '../object-store.ts';
import { enrolled, ORG1 } from '../steps.ts';

vi.mock('node:timers/promises', () => import('../instant-timers.ts'));

let fabric: FakeFabric;

beforeEach(() => {
  fabric = fakeFabric();
});

/** Lets the chaincode answer with an error. */
function answerWith(kind: FabricErrorKind, message = 'why'): void {
  fabric.peer('org1-peer1').answer = () => {
    throw new FabricError(kind, message);
  };
}

interface Queried {
  readonly result: Awaited<ReturnType<ChaincodeQueryActivities['queryChaincode']>>;
  readonly words: readonly string[];
}

/** Queries a chaincode, which answers well when its silence was told three times. */
async function query(fields: Record<string, unknown> = {}): Promise<Queried> {
  const words: string[] = [];
  const { queryChaincode } = createChaincodeQueryActivities(fabric.dependencies(objectStore(enrolled(ORG1))));
  const result = await runWaiting(queryChaincode, chaincodeNodeInput(fields), ({ reason, message }, times) => {
    words.push(`${reason}: ${message}`);
    if (times === 3) fabric.peer('org1-peer1').answer = () => '{}';
  });
  return { result, words };
}

describe('asking a chaincode through a peer', () => {
  test('is done when it answers', async () => {
    const asked: string[] = [];
    fabric.before = (call) => {
      asked.push(call);
    };
    expect(await query()).toMatchObject({ result: { outcome: 'unchanged', reason: '' }, words: [] });
    expect(asked).toEqual(['org1-peer1 query mychannel basic']);
    expect(fabric.open).toEqual([]);
  });

  test('is done when it wants its first transaction, and says how that is sent', async () => {
    answerWith('notInitialized');
    expect(await query()).toMatchObject({
      result: {
        outcome: 'unchanged',
        reason: 'waits for its first transaction: weft chaincode invoke basic --init …',
      },
      words: [],
    });
  });

  test('goes on while it is not reached, and says why', async () => {
    answerWith('chaincodeUnreachable', 'connection refused');
    const { result, words } = await query();
    expect(result).toMatchObject({ outcome: 'unchanged', reason: '' });
    expect(words).toEqual(Array(3).fill('ChaincodeUnreachable: org1-peer1 does not reach basic: connection refused.'));
  });

  test('tells whoever runs the server elsewhere what it has to call itself', async () => {
    answerWith('chaincodeUnreachable', 'connection refused');
    const { words } = await query({ address: 'basic.example.com:7777' });
    expect(words[0]).toMatch(/connection refused\. Its server has to run with CHAINCODE_ID=basic_1\.0:[0-9a-f]{64}$/);
  });

  test('fails where the peer does', async () => {
    answerWith('notAuthorized', 'who are you');
    await expect(query()).rejects.toMatchObject({ type: 'FabricRefused', message: 'who are you' });
    expect(fabric.open).toEqual([]);
  });
});

describe('the answer of a chaincode', () => {
  const ping = (error: Error): ReturnType<typeof pingChaincode> =>
    pingChaincode({ query: () => Promise.reject(error) }, { channel: 'mychannel', name: 'basic' });

  test.for<[FabricErrorKind, unknown]>([
    ['chaincodeAnswered', 'answered'],
    ['notInitialized', 'not initialized'],
    ['chaincodeUnreachable', { silence: 'why' }],
    ['notFound', { silence: 'why' }],
  ])('of kind %s is %j', async ([kind, meaning]) => {
    expect(await ping(new FabricError(kind, 'why'))).toEqual(meaning);
  });

  test.for<FabricErrorKind>(['timeout', 'unreachable', 'refused', 'unexpected'])(
    'is none where the peer answers with %s',
    async (kind) => {
      await expect(ping(new FabricError(kind, 'why'))).rejects.toThrow('why');
    },
  );

  test('is none where the code is wrong', async () => {
    await expect(ping(new TypeError('is not a function'))).rejects.toThrow(TypeError);
  });
});
