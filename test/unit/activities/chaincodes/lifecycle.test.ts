import { beforeEach, describe, expect, test, vi } from 'vitest';

import { definitionOf } from '../../../../src/activities/chaincodes/definition.ts';
import {
  createLifecycleActivities,
  decideApproval,
  requireApprovals,
  type ApproveChaincodeInput,
  type CommitChaincodeInput,
  type LifecycleActivities,
} from '../../../../src/activities/chaincodes/lifecycle.ts';
import { packageOf } from '../../../../src/activities/chaincodes/packages.ts';
import type { ChaincodeInput, ChaincodeNodeInput } from '../../../../src/activities/inputs.ts';
import { FabricError } from '../../../../src/fabric/index.ts';
import { chaincode, chaincodeInput, chaincodeNodeInput } from '../chaincodes.ts';
import { fakeFabric, type FakeFabric } from '../fake-fabric.ts';
import { mockActivity, runWaiting } from '../mock-activity.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { enrolled, GENESIS, ORG1, PLAN } from '../steps.ts';

vi.mock('node:timers/promises', () => import('../instant-timers.ts'));

const MEMBERS = [
  { name: 'org1', mspId: 'Org1MSP' },
  { name: 'org2', mspId: 'Org2MSP' },
];

let fabric: FakeFabric;
let store: ObjectStore;

beforeEach(() => {
  fabric = fakeFabric();
  store = objectStore(enrolled(ORG1));
  for (const peer of ['org1-peer1', 'org1-peer2']) fabric.peer(peer).channels.set('mychannel', [GENESIS]);
});

function activities(): LifecycleActivities {
  return createLifecycleActivities(fabric.dependencies(store));
}

/** Package ID of the chaincode as org1 packages it. */
async function packageId(fields: Record<string, unknown> = {}): Promise<string> {
  const { packageId } = await packageOf(
    fabric.dependencies(store),
    chaincode(fields),
    ORG1,
    AbortSignal.timeout(9_000),
  );
  return packageId;
}

/** Lets an organization have approved a definition. */
function approved(mspId: string, sequence: number, withPackage?: string, fields: Record<string, unknown> = {}): void {
  const definition = definitionOf(chaincode(fields), sequence);
  fabric.approvals.push({ channel: 'mychannel', definition, mspId, packageId: withPackage });
}

/** Lets the channel have a definition. */
function committed(sequence: number, fields: Record<string, unknown> = {}): void {
  fabric.definitions.set('mychannel/basic', {
    ...definitionOf(chaincode(fields), sequence),
    endorsementPlugin: 'escc',
    validationPlugin: 'vscc',
  });
}

function allDown(): void {
  for (const peer of ['org1-peer1', 'org1-peer2']) fabric.down.add(peer);
}

describe('installing a chaincode', () => {
  const install = (
    input: ChaincodeNodeInput = chaincodeNodeInput(),
  ): ReturnType<LifecycleActivities['installChaincode']> => mockActivity().run(activities().installChaincode, input);

  test('installs its package on a peer that lacks it', async () => {
    fabric.peer('org1-peer1').installed.add('basic_1.0:another');
    expect(await install()).toMatchObject({ outcome: 'created', reason: 'was not installed' });
    expect(fabric.changes).toEqual(['org1-peer1 installChaincode']);
    expect(fabric.open).toEqual([]);
  });

  test('leaves a peer alone that has it', async () => {
    fabric.peer('org1-peer1').installed.add(await packageId());
    expect(await install()).toMatchObject({ outcome: 'unchanged' });
    expect(fabric.changes).toEqual([]);
  });

  test('looks in a dry run, installs nothing, and needs no peer', async () => {
    expect(await install({ ...chaincodeNodeInput(), ...PLAN })).toMatchObject({ outcome: 'created' });
    fabric.peer('org1-peer1').installed.add(await packageId());
    expect(await install({ ...chaincodeNodeInput(), ...PLAN })).toMatchObject({ outcome: 'unchanged' });
    allDown();
    expect(await install({ ...chaincodeNodeInput(), ...PLAN })).toMatchObject({ outcome: 'created' });
    store = objectStore([]);
    expect(await install({ ...chaincodeNodeInput({ tls: true }), ...PLAN })).toMatchObject({ outcome: 'created' });
    expect(fabric.changes).toEqual([]);
  });
});

describe('what an organization sees of a definition', () => {
  const read = (input: ChaincodeInput = chaincodeInput()): ReturnType<LifecycleActivities['readDefinition']> =>
    mockActivity().run(activities().readDefinition, input);
  const none = { organization: 'org1', sequence: 0, differences: [], approval: 'none' };

  test('is nothing while the channel has none', async () => {
    expect(await read()).toEqual(none);
  });

  test('is its sequence, and in what it differs from the description', async () => {
    committed(3, { version: '0.9' });
    expect(await read()).toEqual({ ...none, sequence: 3, differences: ['version 0.9 -> 1.0'] });
  });

  test.for([
    ['has not approved it', [], 'none'],
    ['has approved it with its package', ['Org1MSP', 'described'], 'described'],
    ['has approved it with another one', ['Org1MSP', 'basic_1.0:other'], 'other package'],
    ['has approved it with none', ['Org1MSP'], 'other package'],
    ['has not approved it, and another one has', ['Org2MSP', 'described'], 'none'],
  ] as const)('tells that the organization %s', async ([, [mspId, withPackage], approval]) => {
    committed(2);
    if (mspId !== undefined) approved(mspId, 2, withPackage === 'described' ? await packageId() : withPackage);
    expect(await read()).toEqual({ ...none, sequence: 2, approval });
  });

  test('tells what a peer has approved that another has forgotten, and that all have', async () => {
    committed(2);
    approved('Org1MSP', 2, await packageId());
    fabric.withoutPrivateData.add('org1-peer1');
    expect(await read()).toEqual({ ...none, sequence: 2, approval: 'described' });
    fabric.down.add('org1-peer2');
    expect(await read()).toEqual({ ...none, sequence: 2, approval: 'lost' });
    fabric.down.delete('org1-peer2');
    fabric.withoutPrivateData.add('org1-peer2');
    expect(await read()).toEqual({ ...none, sequence: 2, approval: 'lost' });
    expect(fabric.open).toEqual([]);
  });

  test('is asked of the first peer that can be reached', async () => {
    committed(2);
    fabric.down.add('org1-peer1');
    expect(await read()).toMatchObject({ sequence: 2 });
  });

  test('is nothing in a dry run before the peers are in the channel', async () => {
    committed(2);
    fabric.peer('org1-peer1').channels.clear();
    expect(await read({ ...chaincodeInput(), ...PLAN })).toEqual(none);
    expect(await read()).toMatchObject({ sequence: 2 });
  });

  test('is nothing in a dry run before they are ready, which it says', async () => {
    allDown();
    expect(await read({ ...chaincodeInput(), ...PLAN })).toEqual({ ...none, unread: 'the peers are not ready yet' });
    await expect(read()).rejects.toMatchObject({ type: 'NodeUnreachable' });
  });
});

describe('approving a definition', () => {
  const approve = (
    more: Partial<ApproveChaincodeInput> = {},
    attempt = 1,
  ): ReturnType<LifecycleActivities['approveChaincode']> =>
    mockActivity({ attempt }).run(activities().approveChaincode, { ...chaincodeInput(), sequence: 1, ...more });

  test('approves it with the package of the description', async () => {
    expect(await approve()).toMatchObject({ outcome: 'created', reason: 'definition 1 was not approved' });
    expect(fabric.approvals).toEqual([
      {
        channel: 'mychannel',
        definition: definitionOf(chaincode(), 1),
        mspId: 'Org1MSP',
        packageId: await packageId(),
      },
    ]);
    expect(fabric.open).toEqual([]);
  });

  test('does nothing where the organization has', async () => {
    approved('Org1MSP', 1, await packageId());
    expect(await approve()).toMatchObject({ outcome: 'unchanged' });
    expect(fabric.changes).toEqual([]);
  });

  test('does nothing where the channel has it with the approval of the organization', async () => {
    committed(2);
    approved('Org1MSP', 2, await packageId());
    expect(await approve({ sequence: 2 })).toMatchObject({ outcome: 'unchanged' });
  });

  test('approves what the channel has without the approval of the organization', async () => {
    committed(2);
    approved('Org2MSP', 2, 'its own');
    expect(await approve({ sequence: 2 })).toMatchObject({ outcome: 'created' });
    expect(fabric.changes).toEqual(['org1-peer1 approve mychannel basic 2']);
  });

  test('approves again what was approved of other content', async () => {
    approved('Org1MSP', 1, await packageId(), { initRequired: true });
    expect(await approve()).toMatchObject({ outcome: 'created' });
  });

  test('approves again what was approved with another package', async () => {
    approved('Org1MSP', 1, 'basic_1.0:other');
    expect(await approve()).toMatchObject({ outcome: 'updated', reason: 'was approved with another package' });
    expect(fabric.approvals.at(-1)).toMatchObject({ packageId: await packageId() });
  });

  test('approves nothing in a dry run, and needs neither peers nor the channel', async () => {
    expect(await approve(PLAN)).toMatchObject({ outcome: 'created' });
    fabric.peer('org1-peer1').channels.clear();
    fabric.before = (call) => {
      if (!call.endsWith(' channels')) throw new FabricError('notFound', 'no such channel');
    };
    expect(await approve(PLAN)).toMatchObject({ outcome: 'created' });
    allDown();
    expect(await approve(PLAN)).toMatchObject({ outcome: 'created', reason: 'definition 1 was not approved' });
    expect(fabric.changes).toEqual([]);
  });

  test('is not tried a second time before it is known how many blocks there are', async () => {
    await expect(approve({}, 2)).rejects.toMatchObject({
      type: 'AnswerLost',
      nonRetryable: true,
      message: 'What was submitted to mychannel for basic may have been ordered: its blocks are awaited.',
    });
    expect(fabric.changes).toEqual([]);
  });

  test('looks only when the peer has so many blocks, and says what it waits for', async () => {
    const ours = await packageId();
    const words: string[] = [];
    const input = { ...chaincodeInput(), sequence: 1, afterHeight: 3 };
    const result = await runWaiting(activities().approveChaincode, input, ({ message }) => {
      words.push(message);
      fabric.peer('org1-peer1').channels.get('mychannel')?.push(GENESIS);
      if (words.length === 2) approved('Org1MSP', 1, ours);
    });
    expect(result).toMatchObject({ outcome: 'unchanged' });
    expect(words).toEqual([
      'a peer of org1 has 1 of the 3 blocks of mychannel',
      'a peer of org1 has 2 of the 3 blocks of mychannel',
    ]);
    expect(fabric.changes).toEqual([]);
  });

  test('is not tried again by a second attempt even when the peer has so many blocks: there may be more by now', async () => {
    await expect(approve({ afterHeight: 1 }, 2)).rejects.toMatchObject({ type: 'AnswerLost' });
  });
});

describe('what an approval has to do', () => {
  test.for<[string | undefined, string, string]>([
    [undefined, 'created', 'definition 4 was not approved'],
    ['ours', 'unchanged', ''],
    ['other', 'updated', 'was approved with another package'],
  ])('for one with package %s is %s', ([is, outcome, reason]) => {
    expect(decideApproval(is, 'ours', 4)).toEqual({ outcome, reason });
  });
});

describe('committing a definition', () => {
  const commit = (
    more: Partial<CommitChaincodeInput> = {},
    attempt = 1,
  ): ReturnType<LifecycleActivities['commitChaincode']> =>
    mockActivity({ attempt }).run(activities().commitChaincode, {
      ...chaincodeInput(),
      sequence: 1,
      reason: 'was not committed',
      members: MEMBERS,
      ...more,
    });

  test('commits what all members have approved, with the endorsement of each', async () => {
    for (const { mspId } of MEMBERS) approved(mspId, 1, 'its own');
    expect(await commit()).toMatchObject({ outcome: 'created', reason: 'was not committed' });
    expect(fabric.changes).toEqual(['org1-peer1 commit mychannel basic 1 by Org1MSP and Org2MSP']);
    expect(fabric.definitions.get('mychannel/basic')).toMatchObject(definitionOf(chaincode(), 1));
    expect(fabric.open).toEqual([]);
  });

  test('says of a later definition that it changes the chaincode, and why', async () => {
    committed(1, { version: '0.9' });
    for (const { mspId } of MEMBERS) approved(mspId, 2, 'its own');
    expect(await commit({ sequence: 2, reason: 'version 0.9 -> 1.0' })).toMatchObject({
      outcome: 'updated',
      reason: 'version 0.9 -> 1.0',
    });
  });

  test('waits until every member has approved', async () => {
    approved('Org1MSP', 1, 'its own');
    await expect(commit()).rejects.toMatchObject({
      type: 'NotApproved',
      nonRetryable: false,
      message: 'basic cannot be committed on mychannel: org2 has not approved definition 1.',
    });
    expect(fabric.changes).toEqual([]);
  });

  test.for([1, 2])('does nothing where the channel has definition %i', async (sequence) => {
    committed(sequence);
    expect(await commit()).toMatchObject({ outcome: 'unchanged' });
    expect(fabric.changes).toEqual([]);
  });

  test('commits nothing in a dry run, where nobody has approved yet', async () => {
    expect(await commit(PLAN)).toMatchObject({ outcome: 'created', reason: 'was not committed' });
    committed(1);
    expect(await commit(PLAN)).toMatchObject({ outcome: 'unchanged' });
    fabric.peer('org1-peer1').channels.clear();
    expect(await commit({ ...PLAN, sequence: 2 })).toMatchObject({ outcome: 'updated' });
    allDown();
    expect(await commit(PLAN)).toMatchObject({ outcome: 'created' });
    expect(fabric.changes).toEqual([]);
  });

  test('is not tried a second time before it is known how many blocks there are', async () => {
    for (const { mspId } of MEMBERS) approved(mspId, 1, 'its own');
    await expect(commit({}, 2)).rejects.toMatchObject({ type: 'AnswerLost' });
    expect(fabric.changes).toEqual([]);
  });

  test('looks only when the peer has so many blocks', async () => {
    const words: string[] = [];
    const input = { ...chaincodeInput(), sequence: 1, reason: '', members: MEMBERS, afterHeight: 2 };
    const result = await runWaiting(activities().commitChaincode, input, ({ message }) => {
      words.push(message);
      fabric.peer('org1-peer1').channels.get('mychannel')?.push(GENESIS);
      committed(1);
    });
    expect(result).toMatchObject({ outcome: 'unchanged' });
    expect(words).toEqual(['a peer of org1 has 1 of the 2 blocks of mychannel']);
  });
});

test('members that have not approved are named, and others need not', () => {
  const check = (approvals: Record<string, boolean>) => () => {
    requireApprovals({ name: 'basic', channel: 'mychannel' }, 3, MEMBERS, approvals);
  };
  expect(check({ Org1MSP: true, Org2MSP: true, Org3MSP: false })).not.toThrow();
  expect(check({})).toThrow('org1, org2 has not approved definition 3');
  expect(check({ Org1MSP: true, Org2MSP: false })).toThrow('org2 has not approved definition 3');
});
