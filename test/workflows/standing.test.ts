import { ApplicationFailure } from '@temporalio/common';
import { describe, expect } from 'vitest';

import type { OrganizationConfigInput } from '../../src/activities/nodes/organization.ts';
import type { ClusterRecords, Description, FoundRecord } from '../../src/spec/index.ts';
import { networkWorkflowId } from '../../src/workflows/messages.ts';
import { channelNetwork, completed, smallNetwork } from './fixtures/descriptions.ts';
import { endsBefore } from './fixtures/order.ts';
import { causeOf, test, type ClusterUnderTest } from './fixtures/temporal-test.ts';

const standing = completed(smallNetwork);
const moved = { ...smallNetwork, kubernetes: { namespace: 'elsewhere' } };

/** Steps that change something: everything but looks. */
function changesOf({ calls }: ClusterUnderTest): string[] {
  const looks = ['checkCluster', 'readRecord', 'findRemovals', 'findChannels', 'findUnchangedSteps'];
  return calls.map(({ step }) => step).filter((step) => !looks.includes(step));
}

describe('a change that what stands cannot follow', () => {
  test.for([
    ['a run', {}],
    ['a plan', { dryRun: true }],
  ] as const)('refuses %s before anything is touched, with fields and reasons', async ([, options], { cluster }) => {
    cluster.answers.record = { begun: standing, applied: standing };
    const cause = await causeOf(await cluster.apply(moved, options));
    expect(cause).toBeInstanceOf(ApplicationFailure);
    expect(cause).toMatchObject({ type: 'ChangeRefused' });
    expect(cause.message).toMatch(
      /^small stands, and cannot follow .* Nothing was touched\.\norganizations\[0\]\.namespace was /,
    );
    const remedy = { kind: 'undoChanges', fields: ['organizations[0].namespace', 'organizations[1].namespace'] };
    expect(cause).toMatchObject({ details: [{ remedy }] });
    expect(changesOf(cluster)).toEqual([]);
  });

  test('is compared with what was brought up to its end, not with a run that was to change it', async ({ cluster }) => {
    cluster.answers.record = { begun: completed(moved), applied: standing };
    await (await cluster.apply(smallNetwork)).result();
    expect(await causeOf(await cluster.apply(moved))).toMatchObject({ type: 'ChangeRefused' });
  });

  test('is compared with what the first run has begun, where none has come to its end', async ({ cluster }) => {
    cluster.answers.record = { begun: standing };
    expect(await causeOf(await cluster.apply(moved))).toMatchObject({ type: 'ChangeRefused' });
  });

  test('is told alone: what would be removed is asked about when it is gone', async ({ cluster }) => {
    cluster.answers.record = { begun: standing, applied: standing };
    cluster.answers.removals = [{ target: 'org1/peer7', namespace: 'small', selector: 'weft.dev/node=org1-peer7' }];
    const cause = await causeOf(await cluster.apply(moved));
    expect(cause).toMatchObject({ type: 'ChangeRefused' });
    expect(cause.message).not.toContain('peer7');
  });
});

describe('a change of consenters', () => {
  const applied = completed(channelNetwork);
  const [org0, ...others] = channelNetwork.organizations;
  const more = { ...channelNetwork, organizations: [{ ...org0, orderers: 4 }, ...others] };

  /** The third of the orderers is as told, the others are active. */
  function channelWith(status: string): ClusterUnderTest['answers']['channelOf'] {
    return ({ orderers }) => ({
      orderers: orderers.map((name) => ({
        ...{ name, status: name === 'org0-orderer3' ? status : 'active', isLeader: name === 'org0-orderer1' },
        ...{ height: 5, consensus: 'raft', committedBlock: 4, reason: '' },
      })),
      peers: [],
    });
  }

  test('is refused while so many are down that the channel would lose its quorum on the way', async ({ cluster }) => {
    cluster.answers.record = { begun: applied, applied };
    cluster.answers.channelOf = channelWith('absent');
    const cause = await causeOf(await cluster.apply(more, { dryRun: true }));
    expect(cause).toMatchObject({ type: 'ChangeRefused' });
    expect(cause.message).toContain(
      'channels[0].orderers cannot change like this now: consenters change one at a time, and adding org0-orderer4 needs 3',
    );
    expect(changesOf(cluster)).toEqual(['inspectChannel']);
  });

  test('is made while all are active', async ({ cluster }) => {
    cluster.answers.record = { begun: applied, applied };
    cluster.answers.channelOf = channelWith('active');
    cluster.answers.keptGenesisBlocks = ['mychannel'];
    await (await cluster.apply(more, { dryRun: true })).result();
    expect(cluster.callsOf('inspectChannel')).toHaveLength(1);
  });

  test('alone is a reason to look at a channel first', async ({ cluster }) => {
    cluster.answers.record = { begun: applied, applied };
    cluster.answers.keptGenesisBlocks = ['mychannel'];
    await (await cluster.apply(channelNetwork, { dryRun: true })).result();
    expect(cluster.callsOf('inspectChannel')).toEqual([]);
  });
});

describe('a port that the description before named', () => {
  const at = (address: string): Description => ({
    ...channelNetwork,
    chaincodes: [{ name: 'basic', channel: 'mychannel', version: '1.0', address }],
  });

  test('is let out to until the run has changed what is called there, and then no more', async ({ cluster }) => {
    const applied = completed(at('laptop.example:9876'));
    cluster.answers.record = { begun: applied, applied };
    cluster.answers.keptGenesisBlocks = ['mychannel'];
    await (await cluster.apply(at('laptop.example:1234'))).result();
    const portsOf = (organization: string): readonly (readonly number[])[] =>
      cluster
        .callsOf('applyOrganizationConfig', organization)
        .map(({ input }) => (input as OrganizationConfigInput).outgoingPorts.chaincodeAddresses);
    expect(portsOf('org1')).toEqual([[1234, 9876], [1234]]);
    expect(portsOf('org0')).toEqual([[]]);
    const [, last] = cluster.callsOf('applyOrganizationConfig', 'org1');
    if (last === undefined) throw new Error('The second was looked at above.');
    expect(endsBefore(cluster.callsOf('commitChaincode'), [last])).toBe(true);
  });
});

/** A record of the network small as an earlier run of this cluster left it. */
function recordIn(namespace: string, cluster: ClusterUnderTest, part: Partial<FoundRecord> = {}): FoundRecord {
  const identity = { network: 'uid-1', record: 'uid-1', cluster: cluster.name, clusters: { [cluster.name]: 'uid-c' } };
  return { namespace, uid: 'uid-1', isExpected: true, identity, ...part };
}

type Situation = (cluster: ClusterUnderTest) => ClusterRecords;

const OTHERS: readonly (readonly [string, string, Situation])[] = [
  [
    'another network of the same name',
    'OtherNetwork',
    (cluster) => ({ records: [recordIn('theirs', cluster, { isExpected: false })] }),
  ],
  [
    'a record that somebody planted',
    'ForeignRecord',
    (cluster) => ({ records: [recordIn('small', cluster, { foreign: 'is a copy' })] }),
  ],
  ['another cluster', 'OtherCluster', (cluster) => ({ uid: 'uid-d', records: [recordIn('small', cluster)] })],
];

describe('what is not the network that is meant', () => {
  test.for(OTHERS)(
    'refuses %s by runs and plans before anything is touched',
    async ([, type, records], { cluster }) => {
      cluster.answers.records = records(cluster);
      for (const options of [{}, { dryRun: true }]) {
        const cause = await causeOf(await cluster.apply(smallNetwork, options));
        expect(cause).toMatchObject({ type });
        expect(cause.message).toMatch(/\. Nothing was touched\.$/);
      }
      expect(changesOf(cluster)).toEqual([]);
    },
  );

  test('is not removed by a name that two networks have', async ({ cluster }) => {
    const other = { network: 'uid-2', record: 'uid-2', cluster: cluster.name, clusters: {} };
    cluster.answers.records = {
      records: [recordIn('small', cluster), recordIn('theirs', cluster, { identity: other })],
    };
    const run = await cluster.start('removeNetwork', networkWorkflowId(cluster.name, 'small'), [{ network: 'small' }]);
    const remedy = { kind: 'nameNamespaces', network: 'small' };
    expect(await causeOf(run)).toMatchObject({ type: 'OtherNetwork', details: [{ remedy }] });
    expect(cluster.calls.map(({ step }) => step)).toEqual(['findRecords']);
  });

  test('has no node that this description has to name', async ({ cluster }) => {
    const other = { network: 'uid-2', record: 'uid-2', cluster: cluster.name, clusters: {} };
    const theirs = recordIn('theirs', cluster, { isExpected: false, identity: other });
    cluster.answers.records = { records: [recordIn('small', cluster), theirs] };
    cluster.answers.removals = [{ target: 'org9/peer1', namespace: 'theirs', selector: 'weft.dev/node=org9-peer1' }];
    await (await cluster.apply(smallNetwork)).result();
    expect(cluster.callsOf('removeNode')).toEqual([]);
  });
});

describe('a record that is gone', () => {
  const nodes = ['org0-orderer1', 'org0-ca', 'org1-peer1', 'org1-ca'].map((name) => ({
    ...{ organization: name.slice(0, 4), name, namespace: 'small', image: 'fabric:2.5.0' },
    ...(name.endsWith('ca') ? { image: 'fabric-ca:1.5.21' } : {}),
  }));

  test('is told, and written anew from what stands', async ({ cluster }) => {
    cluster.answers.standing = { nodes, channels: [] };
    const { notices } = await (await cluster.apply(smallNetwork)).result();
    expect(notices).toEqual([
      expect.stringMatching(/^The record of small was gone although the network stands\. .* It is written anew\.$/),
    ]);
    const [begun] = cluster.callsOf('recordBegun');
    expect(begun?.input).toMatchObject({
      description: standing,
      standing: { organizations: [{ name: 'org0' }, { name: 'org1' }] },
    });
  });

  test('leaves the objects to be compared with', async ({ cluster }) => {
    cluster.answers.standing = { nodes: nodes.map((node) => ({ ...node, mspId: 'WasMSP' })), channels: [] };
    expect(await causeOf(await cluster.apply(smallNetwork, { dryRun: true }))).toMatchObject({
      type: 'ChangeRefused',
      message: expect.stringContaining('organizations[0].mspId was "WasMSP"') as unknown,
    });
  });

  test('leaves nodes that are in use, each of which restarts on its own', async ({ cluster }) => {
    cluster.answers.standing = { nodes, channels: [] };
    await (
      await cluster.apply({
        ...smallNetwork,
        organizations: [
          { name: 'org0', orderers: 2 },
          { name: 'org1', peers: 1 },
        ],
      })
    ).result();
    const [authorities] = cluster.callsOf('startCertificateAuthority');
    expect(authorities?.input).toMatchObject({ isInUse: true });
    // What is new is not in use, and is launched before what stands restarts.
    const [stands] = cluster.callsOf('applyDeployment', 'org0-orderer1');
    expect(endsBefore(cluster.callsOf('applyDeployment', 'org0-orderer2'), stands === undefined ? [] : [stands])).toBe(
      true,
    );
  });
});

describe('the record of a run', () => {
  test('is written when the run begins, before anything but the namespace is made, and when it ends', async ({
    cluster,
  }) => {
    await (await cluster.apply(smallNetwork)).result();
    const begun = cluster.callsOf('recordBegun');
    expect(begun.map(({ input }) => input)).toEqual([
      expect.objectContaining({ namespaces: ['small'], description: standing, dryRun: false }),
    ]);
    expect(endsBefore(cluster.callsOf('applyNamespace'), begun)).toBe(true);
    expect(endsBefore(begun, cluster.callsOf('startCertificateAuthority'))).toBe(true);
    const looks = cluster.callsOf('inspectNodes');
    const [last] = cluster.callsOf('recordNetwork');
    expect(cluster.calls.filter((call) => !looks.includes(call)).at(-1)).toBe(last);
  });

  test('says that the run has begun where it comes to no good end', async ({ cluster }) => {
    const refused = ApplicationFailure.nonRetryable('there is no such image', 'ImagePullFailed');
    cluster.fail('awaitRollout', 'org1-peer1', refused);
    await causeOf(await cluster.apply(smallNetwork));
    expect(cluster.callsOf('recordBegun')).toHaveLength(1);
    expect(cluster.callsOf('recordNetwork')).toEqual([]);
  });

  test('is left as it is where the same description was brought up before', async ({ cluster }) => {
    cluster.answers.record = { begun: standing, applied: standing };
    cluster.answers.records = { records: [recordIn('small', cluster)] };
    await (await cluster.apply(smallNetwork)).result();
    expect(cluster.callsOf('recordBegun')).toEqual([]);
  });

  test('says which network it is: what its first record is known by', async ({ cluster }) => {
    cluster.answers.records = { uid: 'uid-c', records: [] };
    const networks = { ...smallNetwork, kubernetes: { namespace: 'first' } };
    const [org0, org1] = networks.organizations;
    await (await cluster.apply({ ...networks, organizations: [org0, { ...org1, namespace: 'second' }] })).result();
    const identity = { cluster: cluster.name, clusters: { [cluster.name]: 'uid-c' } };
    const named = { ...identity, network: 'uid-of-first-record' };
    expect(cluster.callsOf('recordBegun').map(({ input }) => input)).toMatchObject([
      { namespaces: ['first'], identity },
      { namespaces: ['second'], identity: named },
    ]);
    expect(cluster.callsOf('recordNetwork').map(({ input }) => input)).toMatchObject([
      { identity: named },
      { identity: named },
    ]);
  });

  test('is written by no plan', async ({ cluster }) => {
    await (await cluster.apply(smallNetwork, { dryRun: true })).result();
    expect(cluster.callsOf('recordBegun')).toEqual([]);
    expect(cluster.callsOf('recordNetwork').map(({ input }) => input)).toMatchObject([{ dryRun: true }]);
  });
});
