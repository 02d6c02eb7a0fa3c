import { ApplicationFailure } from '@temporalio/common';
import { describe, expect } from 'vitest';

import { networkWorkflowId } from '../../src/workflows/messages.ts';
import { smallNetwork } from './fixtures/descriptions.ts';
import { causeOf, test, type ClusterUnderTest } from './fixtures/temporal-test.ts';

const orderer2 = { target: 'org0/orderer2', namespace: 'small', selector: 'weft.dev/node=org0-orderer2' };

describe('a description that is not valid', () => {
  const garbage: readonly (readonly [string, unknown])[] = [
    ['a text', 'test-network.yaml'],
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['a list', [smallNetwork]],
    ['an empty object', {}],
    ['one without a name', { organizations: smallNetwork.organizations }],
    ['one without organizations', { name: 'small' }],
    ['one without orderers', { name: 'small', organizations: [{ name: 'org1', peers: 1 }] }],
    ['an organization of the wrong type', { name: 'small', organizations: ['org0'] }],
    ['an unknown field', { ...smallNetwork, organisations: [] }],
  ];

  test.for(garbage)('ends the run at once: %s', async ([, description], { cluster }) => {
    const run = await cluster.apply(description);
    const failure = await applicationFailureOf(run);
    expect(failure.type).toBe('InvalidDescription');
    expect(failure.message).toMatch(/^The network description is not valid\. Nothing was started\.\n./);
    expect(failure.details).toEqual([{ issues: expect.arrayContaining([expect.anything()]) as unknown }]);
    expect(cluster.calls).toEqual([]);
  });

  test('is refused with every issue at once', async ({ cluster }) => {
    const failure = await applicationFailureOf(
      await cluster.apply({
        name: 'Small_',
        organisation: [],
        organizations: [
          { name: 'org0', orderers: 1 },
          { name: 'org0', peers: 'two' },
        ],
      }),
    );
    const issues = failure.message.split('\n').slice(1);
    for (const place of ['name', 'organisation', 'organizations[1].peers']) {
      expect(issues).toContainEqual(expect.stringContaining(place));
    }
    expect(failure.details).toEqual([{ issues: expect.objectContaining({ length: issues.length }) as unknown }]);
  });
});

describe('arguments that are not understood', () => {
  const options: readonly (readonly [string, unknown])[] = [
    ['null', null],
    ['a text', 'dryRun'],
    ['a list', [true]],
    ['a misspelled option', { dryrun: true }],
    ['a text for true', { dryRun: 'false' }],
  ];

  test.for(options)('end applyNetwork at once: %s', async ([, given], { cluster }) => {
    const run = await cluster.start('applyNetwork', networkWorkflowId(cluster.name, 'small'), [smallNetwork, given]);
    await expectInvalidArgument(run, cluster);
  });

  test.for(options)('end removeNetwork at once: %s', async ([, given], { cluster }) => {
    const run = await cluster.start('removeNetwork', networkWorkflowId(cluster.name, 'small'), [
      { network: 'small' },
      given,
    ]);
    await expectInvalidArgument(run, cluster);
  });

  const addresses: readonly (readonly [string, unknown])[] = [
    ['nothing', undefined],
    ['null', null],
    ['a text', 'small'],
    ['an empty name', { network: '' }],
    ['a description', smallNetwork],
    ['namespaces that are no list', { network: 'small', namespaces: 'small' }],
  ];

  test.for(addresses)('end removeNetwork and inspectNetwork at once: %s', async ([, given], { cluster }) => {
    for (const type of ['removeNetwork', 'inspectNetwork']) {
      const run = await cluster.start(type, networkWorkflowId(cluster.name, 'small'), [given]);
      await expectInvalidArgument(run, cluster);
    }
  });
});

describe('a workflow id', () => {
  const wrong = [
    'small',
    'network/small',
    'network//small',
    'network/CLUSTER/other',
    // These would look like the lock and lock nothing.
    'up/CLUSTER/small',
    'network/CLUSTER/small/again',
  ];

  test.for(wrong)('that is not the lock on the network refuses what would change it: %s', async (id, { cluster }) => {
    const workflowId = id.replace('CLUSTER', cluster.name);
    for (const [type, argument] of [
      ['applyNetwork', smallNetwork],
      ['removeNetwork', { network: 'small' }],
    ] as const) {
      const failure = await applicationFailureOf(await cluster.start(type, workflowId, [argument]));
      expect(failure.type).toBe('InvalidWorkflowId');
      expect(failure.message).toContain(workflowId);
      expect(failure.message).toContain('network/<cluster>/small');
    }
    expect(cluster.calls).toEqual([]);
  });

  test('of its own is enough for what only looks', async ({ cluster }) => {
    const looks = [
      ['applyNetwork', smallNetwork],
      ['removeNetwork', { network: 'small' }],
    ] as const;
    for (const [type, argument] of looks) {
      const run = await cluster.start(type, `plan/${cluster.name}/small/1`, [argument, { dryRun: true }]);
      await run.result();
    }
    await (await cluster.start('inspectNetwork', `status/${cluster.name}/small/1`, [{ network: 'small' }])).result();
    expect(cluster.callsOf('inspectNodes')).toHaveLength(1);
  });
});

describe('a removal that nobody approved', () => {
  test('refuses the run before anything is touched, and names what would go', async ({ cluster }) => {
    cluster.answers.removals = [orderer2];
    const failure = await applicationFailureOf(await cluster.apply(smallNetwork));
    expect(failure.type).toBe('RemovalNotApproved');
    expect(failure.message).toContain('org0/orderer2');
    expect(failure.message).toContain('approveRemoval');
    expect(failure.details).toEqual([{ remedy: { kind: 'approveRemoval', targets: ['org0/orderer2'] } }]);
    expectNothingButLooks(cluster);
  });

  test('of a channel is another matter than that of nodes, and has a permission of its own', async ({ cluster }) => {
    cluster.answers.channels = ['left'];
    const failure = await applicationFailureOf(await cluster.apply(smallNetwork, { approveRemoval: true }));
    expect(failure).toMatchObject({
      type: 'ChannelRemovalNotApproved',
      details: [{ remedy: { kind: 'approveChannelRemoval', channels: ['left'] } }],
    });
    expect(failure.message).toContain('removeChannels');
    expectNothingButLooks(cluster);
    await (await cluster.apply(smallNetwork, { removeChannels: true })).result();
    expect(
      cluster
        .callsOf('removeChannel')
        .map(({ target }) => target)
        .sort(),
    ).toEqual(['left@org0', 'left@org1']);
  });
});

async function applicationFailureOf(run: { result: () => Promise<unknown> }): Promise<ApplicationFailure> {
  const cause = await causeOf(run);
  if (cause instanceof ApplicationFailure) return cause;
  throw new Error('the run did not end by a failure with a name', { cause });
}

async function expectInvalidArgument(
  run: { result: () => Promise<unknown> },
  cluster: ClusterUnderTest,
): Promise<void> {
  const failure = await applicationFailureOf(run);
  expect(failure.type).toBe('InvalidArgument');
  expect(failure.message).toMatch(/Nothing was touched\.\n./);
  expect(cluster.calls).toEqual([]);
}

function expectNothingButLooks({ calls }: ClusterUnderTest): void {
  expect(calls.map(({ step }) => step).sort()).toEqual([
    ...['checkCluster', 'findChannels', 'findRemovals', 'findUnchangedSteps', 'findUnchangedSteps', 'readRecord'],
  ]);
}
