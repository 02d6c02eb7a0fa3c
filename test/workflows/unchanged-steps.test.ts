import { describe, expect } from 'vitest';

import type { OrganizationParts, UnchangedStep, UnchangedSteps } from '../../src/activities/status/unchanged-steps.ts';
import { channelNetwork, smallNetwork } from './fixtures/descriptions.ts';
import { childrenIn, historyOf } from './fixtures/history.ts';
import { targetsOf } from './fixtures/order.ts';
import { test } from './fixtures/temporal-test.ts';

const UNCHANGED = { outcome: 'unchanged', reason: '', attempts: 1 } as const;

/** All steps of an organization, as a look at one that is as described finds them. */
function standing({ organization, certificateAuthority: ca, identities, nodes }: OrganizationParts): UnchangedSteps {
  const { name } = organization;
  const roots = { ca: `root of ${name}`, tlsca: `TLS root of ${name}` };
  const unchanged = (step: string, target: string, more: object = {}): UnchangedStep => ({
    step,
    target,
    result: { ...UNCHANGED, ...more },
  });
  return {
    isComplete: true,
    steps: [
      unchanged('startCertificateAuthority', ca, { rolledOut: true }),
      unchanged('publishCaCertificates', ca, { roots }),
      unchanged('enrollRegistrar', ca),
      unchanged('claimVolumes', name),
      unchanged('applyOrganizationConfig', name),
      unchanged('writeNodeOuConfig', name),
      ...identities.map(({ target, identity }) =>
        unchanged('enrollIdentity', target, {
          ...(identity.type === 'orderer' && {
            certificates: { identity: `identity of ${identity.name}`, tls: `TLS of ${identity.name}` },
          }),
        }),
      ),
      ...nodes.map(({ target }) => unchanged('applyDeployment', target, { rolledOut: true })),
    ],
  };
}

/** Steps on CAs, identities and nodes. */
const OF_ORGANIZATIONS = [
  ...(['startCertificateAuthority', 'publishCaCertificates', 'enrollRegistrar', 'claimVolumes'] as const),
  ...(['applyOrganizationConfig', 'writeNodeOuConfig', 'enrollIdentity', 'applyDeployment', 'awaitRollout'] as const),
];

describe('a run of a network whose organizations are as described', () => {
  test('runs none of the steps that have nothing to do, starts no child workflow for them, and tells of each', async ({
    cluster,
    temporal,
  }) => {
    cluster.answers.unchanged = standing;
    const run = await cluster.apply(smallNetwork);
    const { steps } = await run.result();
    expect(OF_ORGANIZATIONS.flatMap((step) => cluster.callsOf(step))).toEqual([]);
    const { events } = await historyOf(temporal.environment.client.workflow, run.workflowId);
    expect(childrenIn(events)).toEqual([]);
    for (const [step, target] of [
      ['enrollIdentity', 'org0/orderer1'],
      ['enrollIdentity', 'org1/admin'],
      ['applyDeployment', 'org1/peer1'],
      ['startCertificateAuthority', 'org0/ca'],
    ])
      expect(steps).toContainEqual({ step, target, ...UNCHANGED, seconds: 0 });
    expect(new Set(steps.map(({ step, target }) => `${step} ${target}`)).size).toBe(steps.length);
  });

  test('gives to later steps what those would have told: roots and certificates', async ({ cluster }) => {
    cluster.answers.unchanged = standing;
    await (await cluster.apply(channelNetwork)).result();
    const [published] = cluster.callsOf('publishTlsRoots');
    expect(published?.input).toMatchObject({
      roots: ['org0', 'org1', 'org2'].map((name) => ({ name, tlsca: `TLS root of ${name}` })),
    });
    const [created] = cluster.callsOf('createGenesisBlock');
    expect(JSON.stringify(created?.input)).toContain('identity of org0-orderer2');
  });
});

describe('a run of a network of which something differs', () => {
  test('runs the steps that have something to do, in child workflows of the organization, and no other', async ({
    cluster,
  }) => {
    cluster.answers.unchanged = (parts) => {
      const { steps } = standing(parts);
      if (parts.organization.name !== 'org1') return { steps, isComplete: true };
      const differs = ['enrollIdentity org1/peer1', 'applyDeployment org1/peer1'];
      return { steps: steps.filter(({ step, target }) => !differs.includes(`${step} ${target}`)), isComplete: false };
    };
    const { steps } = await (await cluster.apply(smallNetwork)).result();
    const calls = OF_ORGANIZATIONS.flatMap((step) => cluster.callsOf(step));
    expect(calls.map(({ step, target }) => `${step} ${target}`)).toEqual([
      ...['enrollIdentity org1-peer1', 'applyDeployment org1-peer1', 'awaitRollout org1-peer1'],
    ]);
    expect(steps).toContainEqual(expect.objectContaining({ target: 'org1/admin', outcome: 'unchanged' }));
    expect(steps).toContainEqual(expect.objectContaining({ step: 'applyDeployment', outcome: 'created' }));
    expect(new Set(steps.map(({ step, target }) => `${step} ${target}`)).size).toBe(steps.length);
  });

  test('awaits the rollout of a node that is as described and does not answer', async ({ cluster }) => {
    cluster.answers.unchanged = (parts) => {
      const { steps, isComplete } = standing(parts);
      const notYet = (result: object): object => ({ ...result, rolledOut: false });
      return {
        isComplete,
        steps: steps.map((one) =>
          one.step === 'applyDeployment' ? { ...one, result: { ...one.result, ...notYet(one.result) } } : one,
        ),
      };
    };
    await (await cluster.apply(smallNetwork)).result();
    expect(targetsOf(cluster.callsOf('awaitRollout'))).toEqual(['org0-orderer1', 'org1-peer1']);
    expect(cluster.callsOf('applyDeployment')).toEqual([]);
  });
});

describe('a plan', () => {
  test('tells of steps that have nothing to do as a run does', async ({ cluster }) => {
    cluster.answers.unchanged = standing;
    const { steps } = await (await cluster.apply(smallNetwork, { dryRun: true })).result();
    expect(OF_ORGANIZATIONS.flatMap((step) => cluster.callsOf(step))).toEqual([]);
    expect(steps).toContainEqual({ step: 'applyDeployment', target: 'org0/orderer1', ...UNCHANGED, seconds: 0 });
  });
});
