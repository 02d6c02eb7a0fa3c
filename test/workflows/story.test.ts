import { describe, expect, vi } from 'vitest';

import type { Activities } from '../../src/activities/index.ts';
import type { VolumesInput } from '../../src/activities/inputs.ts';
import { networkWorkflowId, type Progress } from '../../src/workflows/messages.ts';
import { smallNetwork, testNetwork } from './fixtures/descriptions.ts';
import type { Call } from './fixtures/fake-cluster.ts';
import { ended, endsBefore, targetsOf } from './fixtures/order.ts';
import { PATIENCE, test } from './fixtures/temporal-test.ts';

const orderers = ['org0-orderer1', 'org0-orderer2', 'org0-orderer3'];
const peers = ['org1-peer1', 'org1-peer2', 'org2-peer1', 'org2-peer2'];
const identities = [...orderers, ...peers, 'org0-admin', 'org1-admin', 'org2-admin'];

const aboutNodes: readonly (keyof Activities)[] = ['enrollIdentity', 'applyDeployment', 'awaitRollout'];

describe('a bring-up', () => {
  test('launches every node once and returns the endpoints of the network', async ({ cluster }) => {
    const run = await cluster.apply(testNetwork);
    const { network, endpoints } = await run.result();
    expect(network).toBe('test-network');
    expect(endpoints).toHaveLength(10);
    expect(endpoints).toContainEqual({ organization: 'org0', title: 'Orderer3', url: 'grpcs://org0-orderer3' });
    expect(targetsOf(cluster.callsOf('applyDeployment'))).toEqual([...orderers, ...peers]);
    expect(targetsOf(cluster.callsOf('awaitRollout'))).toEqual(
      [...orderers, ...peers, 'org0-ca', 'org1-ca', 'org2-ca'].sort(),
    );
    expect(
      cluster
        .callsOf('claimVolumes')
        .flatMap(({ input }) => volumesOf(input))
        .sort(),
    ).toEqual([...orderers, ...peers].sort());
  });

  test('enrolls every node and an Admin per organization', async ({ cluster }) => {
    await (await cluster.apply(testNetwork)).result();
    expect(targetsOf(cluster.callsOf('enrollIdentity'))).toEqual([...identities].sort());
  });

  test('looks at the cluster before it touches anything', async ({ cluster }) => {
    await (await cluster.apply(testNetwork)).result();
    const questions = (
      ['checkCluster', 'findRemovals', 'findChannels', 'findUnchangedSteps', 'readRecord'] as const
    ).flatMap((step) => cluster.callsOf(step));
    expect(questions).toHaveLength(7);
    expect(endsBefore(questions, cluster.callsOf('applyNamespace'))).toBe(true);
    const rest = cluster.calls.filter((call) => !questions.includes(call) && call.step !== 'applyNamespace');
    expect(endsBefore(cluster.callsOf('applyNamespace'), rest)).toBe(true);
  });

  test("enrolls nobody before the rollout of the organization's CA is done, and no organization waits for another", async ({
    cluster,
  }) => {
    const ca = cluster.hold('awaitRollout', 'org1-ca');
    const run = await cluster.apply(testNetwork);
    await ca.reached;
    await vi.waitFor(() => {
      expect(ended(cluster.callsOf('enrollIdentity'))).toEqual(
        identities.filter((name) => !name.startsWith('org1')).sort(),
      );
    }, PATIENCE);
    expect(cluster.callsOf('enrollIdentity').filter(({ target }) => target.startsWith('org1'))).toEqual([]);
    ca.open();
    await run.result();
    for (const organization of ['org0', 'org1', 'org2']) {
      const enrollments = cluster.callsOf('enrollIdentity').filter(({ target }) => target.startsWith(organization));
      expect(endsBefore(cluster.callsOf('awaitRollout', `${organization}-ca`), enrollments)).toBe(true);
      expect(endsBefore(cluster.callsOf('enrollRegistrar', organization), enrollments)).toBe(true);
    }
  });

  test('begins with the CAs, and claims volumes and writes configuration while they come up', async ({ cluster }) => {
    const cas = ['org0-ca', 'org1-ca', 'org2-ca'].map((name) => cluster.hold('awaitRollout', name));
    const run = await cluster.apply(testNetwork);
    await vi.waitFor(() => {
      for (const step of ['claimVolumes', 'writeNodeOuConfig', 'applyOrganizationConfig'] as const)
        expect(ended(cluster.callsOf(step))).toEqual(['org0', 'org1', 'org2']);
    }, PATIENCE);
    for (const organization of ['org0', 'org1', 'org2']) {
      const started = cluster.callsOf('startCertificateAuthority', organization);
      expect(endsBefore(started, cluster.callsOf('claimVolumes', organization))).toBe(true);
    }
    for (const ca of cas) ca.open();
    await run.result();
  });

  test('enrolls the registrar while volumes are still being claimed', async ({ cluster }) => {
    const volumes = cluster.hold('claimVolumes', 'org1');
    const run = await cluster.apply(smallNetwork);
    await vi.waitFor(() => {
      expect(ended(cluster.callsOf('enrollRegistrar', 'org1'))).toHaveLength(1);
    }, PATIENCE);
    expect(ended(cluster.callsOf('claimVolumes', 'org1'))).toEqual([]);
    volumes.open();
    await run.result();
  });

  test('awaits no rollout of what was as described and serves already', async ({ cluster }) => {
    cluster.answers.decision = { outcome: 'unchanged', reason: '' };
    cluster.answers.rolledOut = true;
    const { steps } = await (await cluster.apply(testNetwork)).result();
    expect(cluster.callsOf('applyDeployment')).toHaveLength(orderers.length + peers.length);
    expect(steps.filter(({ step }) => step === 'awaitRollout')).toEqual([]);
  });

  test("launches an organization's nodes when its MSPs are made, while those of another are still being made", async ({
    cluster,
  }) => {
    const last = cluster.hold('enrollIdentity', 'org2-peer2');
    const run = await cluster.apply(testNetwork);
    await last.reached;
    const elsewhere = [...orderers, ...peers].filter((name) => !name.startsWith('org2'));
    await vi.waitFor(() => {
      expect(ended(cluster.callsOf('enrollIdentity'))).toHaveLength(identities.length - 1);
      expect(ended(cluster.callsOf('awaitRollout'))).toEqual(expect.arrayContaining(elsewhere));
    }, PATIENCE);
    expect(targetsOf(cluster.callsOf('applyDeployment'))).toEqual(elsewhere);
    last.open();
    await run.result();
    for (const organization of ['org0', 'org1', 'org2']) {
      const of = (step: keyof Activities): Call[] =>
        cluster.callsOf(step).filter(({ target }) => target.startsWith(organization));
      expect(endsBefore(of('enrollIdentity'), of('applyDeployment')), organization).toBe(true);
    }
  });

  test('launches no node before the TLS roots of all organizations are there and every volume is claimed', async ({
    cluster,
  }) => {
    await (await cluster.apply(testNetwork)).result();
    const before = [...cluster.callsOf('publishCaCertificates'), ...cluster.callsOf('claimVolumes')];
    expect(endsBefore(before, cluster.callsOf('publishTlsRoots'))).toBe(true);
    expect(endsBefore(cluster.callsOf('publishTlsRoots'), cluster.callsOf('applyDeployment'))).toBe(true);
  });

  test('makes the MSPs of orderers before those of organizations that have peers alone', async ({ cluster }) => {
    await (await cluster.apply(testNetwork)).result();
    const isOrdering = ({ target }: Call): boolean => target.startsWith('org0');
    const enrolled = cluster.callsOf('enrollIdentity');
    const others = enrolled.filter((call) => !isOrdering(call));
    expect(endsBefore(enrolled.filter(isOrdering), others)).toBe(true);
  });

  test('launches all orderers and all peers at the same time', async ({ cluster }) => {
    const gates = [...orderers, ...peers].map((name) => cluster.hold('awaitRollout', name));
    const run = await cluster.apply(testNetwork);
    // That each comes to its gate while the others are held there is what "at the same time" means.
    await Promise.all(gates.map(({ reached }) => reached));
    for (const gate of gates) gate.open();
    await run.result();
  });

  test('works in every namespace that the description names', async ({ cluster }) => {
    const organizations = testNetwork.organizations.map((organization) => ({
      ...organization,
      namespace: organization.name === 'org0' ? 'ordering' : 'trading',
    }));
    await (await cluster.apply({ ...testNetwork, organizations })).result();
    expect(targetsOf(cluster.callsOf('applyNamespace'))).toEqual(['ordering', 'trading']);
    expect(targetsOf(cluster.callsOf('publishTlsRoots'))).toEqual(['ordering', 'trading']);
    for (const { input } of cluster.callsOf('publishTlsRoots')) {
      expect(input).toMatchObject({
        roots: [
          { name: 'org0', tlsca: 'TLS root of org0' },
          { name: 'org1', tlsca: 'TLS root of org1' },
          { name: 'org2', tlsca: 'TLS root of org2' },
        ],
      });
    }
    expect(targetsOf(cluster.callsOf('recordNetwork'))).toEqual(['ordering', 'trading']);
  });
});

describe('a node that is there already', () => {
  test('is asked for in the same words when another one joins it, so that it stays as it is', async ({ cluster }) => {
    cluster.answers.decision = { outcome: 'unchanged', reason: '' };
    await (await cluster.apply(testNetwork)).result();
    const before = cluster.calls.filter(({ step }) => aboutNodes.includes(step)).map(wordsOf);
    const organizations = testNetwork.organizations.map((organization) =>
      organization.name === 'org1' ? { ...organization, peers: 3 } : organization,
    );
    await (await cluster.apply({ ...testNetwork, organizations })).result();
    const all = cluster.calls.filter(({ step }) => aboutNodes.includes(step)).map(wordsOf);
    const later = all.slice(before.length);
    expect(later).toEqual(expect.arrayContaining(before));
    const added = later.filter((words) => !before.includes(words));
    expect(added).toHaveLength(aboutNodes.length);
    for (const words of added) expect(words).toContain('peer3');
  });
});

describe('the progress of a bring-up', () => {
  test('names its milestones in their order as they are reached', async ({ cluster }) => {
    const gates = [
      cluster.hold('applyNamespace'),
      cluster.hold('enrollIdentity', 'org0-orderer1'),
      cluster.hold('awaitRollout', 'org0-orderer1'),
      cluster.hold('awaitRollout', 'org1-peer1'),
    ];
    const run = await cluster.apply(smallNetwork);
    const seen: Progress['milestones'][] = [];
    for (const gate of gates) {
      await gate.reached;
      seen.push((await cluster.progress(run.workflowId)).milestones);
      gate.open();
    }
    await run.result();
    seen.push((await cluster.progress(run.workflowId)).milestones);
    const all = ['Creating local node MSP', 'Launching orderers', 'Launching peers', 'Network is ready'];
    expect(seen).toEqual(all.map((_, reached) => all.slice(0, reached)).concat([all]));
  });

  test('names the child workflow of each organization while it works, and each answers for its own steps', async ({
    cluster,
  }) => {
    const gate = cluster.hold('enrollIdentity', 'org1-peer1');
    const run = await cluster.apply(smallNetwork);
    await gate.reached;
    const child = `${networkWorkflowId(cluster.name, 'small')}/org1/identities`;
    // What came before is done and gone; its steps are the run's own by now.
    await vi.waitFor(async () => {
      expect((await cluster.progress(run.workflowId)).children).toEqual([child]);
    }, PATIENCE);
    const { steps } = await cluster.progress(child);
    expect(steps).toContainEqual({
      step: 'enrollIdentity',
      target: 'org1/peer1',
      outcome: 'running',
      attempts: 0,
      seconds: 0,
      reason: '',
    });
    expect((await cluster.progress(run.workflowId)).steps.map(({ step, target }) => `${step} ${target}`)).toEqual(
      expect.arrayContaining(['enrollRegistrar org1/ca', 'enrollIdentity org0/orderer1']),
    );
    gate.open();
    await run.result();
    expect((await cluster.progress(run.workflowId)).children).toEqual([]);
  });

  test('names no child workflow before it has started: under its id an earlier run would answer', async ({
    temporal,
    cluster,
  }) => {
    const id = networkWorkflowId(cluster.name, 'small');
    // It stays open, since nobody polls that queue.
    const earlier = await temporal.environment.client.workflow.start('startOrganization', {
      workflowId: `${id}/org1`,
      taskQueue: 'nobody',
    });
    const gate = cluster.hold('enrollIdentity', 'org0-orderer1');
    const run = await cluster.apply(smallNetwork);
    await gate.reached;
    expect((await cluster.progress(id)).children).toEqual([`${id}/org0/identities`]);
    await earlier.terminate();
    gate.open();
    await run.result();
  });
});

describe('the result of a bring-up', () => {
  test('tells every step on every target once, those of its child workflows included', async ({ cluster }) => {
    const run = await cluster.apply(testNetwork);
    const { steps } = await run.result();
    const questions = (
      ['findRemovals', 'findChannels', 'findUnchangedSteps', 'readRecord', 'recordBegun', 'inspectNodes'] as const
    ).flatMap((step) => cluster.callsOf(step));
    expect(steps).toHaveLength(cluster.calls.length - questions.length);
    expect(new Set(steps.map(({ step, target }) => `${step} ${target}`)).size).toBe(steps.length);
    for (const step of steps) {
      expect(step).toMatchObject({ outcome: 'created', attempts: 1, reason: 'was missing' });
      expect(step.seconds).toBeGreaterThanOrEqual(0);
    }
    expect(steps.filter(({ step }) => step === 'enrollIdentity').map(({ target }) => target)).toContain('org1/admin');
    const told = (await cluster.progress(run.workflowId)).steps;
    expect(told).toMatchObject(steps);
    expect(told.find(({ target }) => target === 'org0/ca')?.path).toBe('org0');
    // A result is kept in the history: what whoever watched the run knows would make it a third longer.
    expect(steps.filter((step) => 'path' in step)).toEqual([]);
  });
});

/** Kubernetes names of the nodes whose volumes were to be claimed. */
function volumesOf(input: unknown): string[] {
  return (input as VolumesInput).volumes.map(({ name }) => name);
}

function wordsOf({ step, input }: Call): string {
  return `${step} ${JSON.stringify(input)}`;
}
