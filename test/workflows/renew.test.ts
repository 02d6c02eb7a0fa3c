import { describe, expect } from 'vitest';

import type { CertificatesInput, CertificatesView, CertificateView } from '../../src/activities/status/certificates.ts';
import type { keepNetwork, renewNetwork } from '../../src/workflows/index.ts';
import {
  networkWorkflowId,
  type KeepOptions,
  type KeepReport,
  type RenewOptions,
} from '../../src/workflows/messages.ts';
import { channelNetwork, completed } from './fixtures/descriptions.ts';
import { endsBefore } from './fixtures/order.ts';
import type { Call } from './fixtures/fake-cluster.ts';
import { causeOf, test, type ClusterUnderTest, type Run } from './fixtures/temporal-test.ts';

const NAME = channelNetwork.name;
const PAST = '2026-01-01T00:00:00.000Z';
const FUTURE = '2099-01-01T00:00:00.000Z';

const described = {
  ...channelNetwork,
  organizations: [
    { name: 'org0', orderers: 3 },
    { name: 'org1', peers: 1 },
    { name: 'org2', peers: 1 },
  ],
};

/** The network stands as it is recorded; whose certificates are due is named as `org1/peer1`. */
function stands(cluster: ClusterUnderTest, due: readonly string[], more: object = {}): void {
  const network = completed({ ...described, ...more });
  cluster.answers.record = { begun: network, applied: network };
  cluster.answers.keptGenesisBlocks = ['mychannel'];
  cluster.answers.decision = { outcome: 'updated', reason: 'the certificate is due' };
  cluster.answers.channelOf = ({ orderers, peers }) => ({
    orderers: orderers.map((name) => ({
      ...{ name, status: 'active', height: 9, isLeader: name === 'org0-orderer1' },
      ...{ consensus: 'raft', committedBlock: 8, reason: '' },
    })),
    peers: peers.map((name) => ({ name, height: 9, reason: '' })),
  });
  cluster.answers.certificates = (input) => viewOf(input, due);
}

function viewOf({ certificateAuthority, identities }: CertificatesInput, due: readonly string[]): CertificatesView {
  const owners = [certificateAuthority, ...identities.map(({ target }) => target)];
  const certificates = owners.map((owner): CertificateView => ({
    ...{ owner, use: 'tls', serial: `serial of ${owner}`, notAfter: FUTURE },
    dueAt: due.includes(owner) ? PAST : FUTURE,
  }));
  const orderers = identities.filter(({ identity }) => identity.type === 'orderer');
  return {
    certificates,
    outdated: [],
    orderers: Object.fromEntries(orderers.map(({ identity: { name } }) => [name, { identity: '', tls: `of ${name}` }])),
  };
}

const APP1 = { name: 'app1', type: 'client', attributes: [] } as const;

/** The certificate of an application of org1 is due, and nothing else. */
function applicationIsDue(cluster: ClusterUnderTest): void {
  const due: CertificateView = {
    ...{ owner: 'org1/app1', use: 'identity', serial: 'serial of app1', notAfter: FUTURE, dueAt: PAST },
  };
  cluster.answers.certificates = (input) => {
    const view = viewOf(input, []);
    if (input.organization.name !== 'org1') return view;
    const certificates = [...view.certificates, due];
    return { ...view, certificates, applications: [{ target: due.owner, identity: APP1 }] };
  };
}

/** The certificate of who collects the metrics of org1 is due, and nothing else. */
function metricsClientIsDue(cluster: ClusterUnderTest): void {
  const due: CertificateView = {
    ...{ owner: 'org1/metrics-client', use: 'metricsclient', serial: 'serial of it', notAfter: FUTURE, dueAt: PAST },
  };
  cluster.answers.certificates = (input) => {
    const view = viewOf(input, []);
    return input.organization.name === 'org1' ? { ...view, certificates: [...view.certificates, due] } : view;
  };
}

function renew(cluster: ClusterUnderTest, options: RenewOptions = {}): Promise<Run<typeof renewNetwork>> {
  return cluster.start('renewNetwork', networkWorkflowId(cluster.name, NAME), [{ network: NAME }, options]);
}

async function keep(cluster: ClusterUnderTest, options: KeepOptions = {}): Promise<KeepReport> {
  const run = await cluster.start<typeof keepNetwork>('keepNetwork', `keep/${cluster.name}/${NAME}-2026-06-01`, [
    { network: NAME, cluster: cluster.name },
    options,
  ]);
  return run.result();
}

function targetsOf(cluster: ClusterUnderTest, step: Parameters<ClusterUnderTest['callsOf']>[0]): string[] {
  return cluster.callsOf(step).map(({ target }) => target);
}

describe('a renewal', () => {
  test('enrolls what is due and restarts its nodes, one orderer after the other, who leads last', async ({
    cluster,
  }) => {
    stands(cluster, ['org0/orderer1', 'org0/orderer2', 'org1/peer1', 'org1/admin']);
    await (await renew(cluster)).result();
    expect(targetsOf(cluster, 'enrollIdentity').sort()).toEqual([
      ...['org0-orderer1', 'org0-orderer2'],
      ...['org1-admin', 'org1-peer1'],
    ]);
    expect(cluster.callsOf('enrollIdentity', 'org1-peer1')[0]?.input).toMatchObject({
      identity: { renew: ['serial of org1/peer1'] },
    });
    expect(targetsOf(cluster, 'applyDeployment')).toEqual(['org0-orderer2', 'org0-orderer1', 'org1-peer1']);
    expect(endsBefore(cluster.callsOf('enrollIdentity'), cluster.callsOf('applyDeployment'))).toBe(true);
    expect(targetsOf(cluster, 'awaitOrdererActive')).toEqual(['org0-orderer2', 'org0-orderer1']);
    for (const step of ['startCertificateAuthority', 'planConfigUpdate', 'joinPeer', 'approveChaincode'] as const) {
      expect(cluster.callsOf(step), step).toEqual([]);
    }
  });

  test("renews the CAs' endpoint and the registrar before what they issue", async ({ cluster }) => {
    stands(cluster, ['org1/ca', 'org1/peer1']);
    await (await renew(cluster)).result();
    expect(cluster.callsOf('startCertificateAuthority').map(({ input }) => input)).toMatchObject([
      { isInUse: true, renew: ['serial of org1/ca'] },
    ]);
    expect(endsBefore(cluster.callsOf('enrollRegistrar'), cluster.callsOf('enrollIdentity'))).toBe(true);
  });

  test('has each channel take the certificates of its orderers over, signed, one after the other', async ({
    cluster,
  }) => {
    stands(cluster, ['org0/orderer1']);
    const plan = { outcome: 'unchanged', reason: '', unmet: [], signers: ['Org0MSP'], height: 9 } as const;
    cluster.answers.exchanges = [
      { ...plan, changes: ['renewed certificate of consenter 1'], update: 'b25l', sequence: 4 },
      { ...plan, changes: ['renewed certificate of consenter 2'], update: 'dHdv', sequence: 5 },
    ];
    await (await renew(cluster)).result();
    expect(cluster.callsOf('planCertificateExchange')).toHaveLength(3);
    expect(cluster.callsOf('planCertificateExchange')[0]?.input).toMatchObject({
      certificates: [1, 2, 3].map((number) => ({
        host: `org0-orderer${number}.${NAME}.svc.cluster.local`,
        tls: `of org0-orderer${number}`,
      })),
    });
    expect(cluster.callsOf('submitConfigUpdate').map(({ input }) => input)).toMatchObject([
      { sequence: 4 },
      { sequence: 5 },
    ]);
    expect(endsBefore(cluster.callsOf('awaitOrdererActive'), cluster.callsOf('planCertificateExchange'))).toBe(true);
  });

  test('leaves the certificates that a channel knows as they are while an orderer takes no part', async ({
    cluster,
  }) => {
    stands(cluster, ['org1/peer1']);
    const active = cluster.answers.channelOf;
    cluster.answers.channelOf = (input) => {
      const { orderers, peers } = active(input);
      const silent = { status: 'unreachable', reason: 'has no ready pod' } as const;
      return { peers, orderers: orderers.map((one) => (one.name === 'org0-orderer3' ? { ...one, ...silent } : one)) };
    };
    await (await renew(cluster)).result();
    expect(cluster.callsOf('planCertificateExchange')).toEqual([]);
  });

  test('of what is named renews that, due or not', async ({ cluster }) => {
    stands(cluster, ['org0/orderer1']);
    await (await renew(cluster, { targets: ['org2'] })).result();
    expect(targetsOf(cluster, 'enrollIdentity').sort()).toEqual([
      'org2-admin',
      'org2-ccaas-mychannel-basic',
      'org2-peer1',
    ]);
    expect(targetsOf(cluster, 'startCertificateAuthority')).toEqual(['org2']);
  });

  test('enrolls applications whose certificates are due, as they are registered, and restarts nothing for them', async ({
    cluster,
  }) => {
    stands(cluster, []);
    applicationIsDue(cluster);
    await (await renew(cluster)).result();
    expect(cluster.callsOf('enrollApplication').map(({ input }) => input)).toMatchObject([
      { organization: { name: 'org1' }, identity: APP1, renew: ['serial of app1'] },
    ]);
    for (const step of ['enrollIdentity', 'applyDeployment', 'planCertificateExchange'] as const)
      expect(cluster.callsOf(step), step).toEqual([]);
    const named = await renew(cluster, { targets: ['org1/app1'], newKey: true });
    expect(await causeOf(named)).toMatchObject({ type: 'InvalidArgument' });
  });

  test('that is only planned enrolls nothing for good, and restarts nothing', async ({ cluster }) => {
    stands(cluster, ['org0/orderer1']);
    await (await renew(cluster, { dryRun: true })).result();
    expect(cluster.callsOf('enrollIdentity').map(({ input }) => input)).toMatchObject([{ dryRun: true }]);
    expect(cluster.callsOf('applyDeployment')).toEqual([]);
  });

  test('that is only planned says what restarts although nothing of its own is renewed', async ({ cluster }) => {
    stands(cluster, ['org0/orderer1']);
    cluster.answers.certificates = (input) => ({
      ...viewOf(input, ['org0/orderer1']),
      outdated: input.organization.name === 'org0' ? ['org0/orderer1', 'org0/orderer2'] : [],
    });
    const { steps } = await (await renew(cluster, { dryRun: true })).result();
    expect(cluster.callsOf('applyDeployment').map(({ target, input }) => [target, isDry(input)])).toEqual([
      ['org0-orderer2', true],
    ]);
    expect(steps.map(({ step, target }) => `${step} ${target}`)).toEqual([
      `checkCluster ${NAME}`,
      'enrollIdentity org0/orderer1',
      'applyDeployment org0/orderer2',
    ]);
    expect(cluster.callsOf('awaitRollout')).toEqual([]);
  });

  test('of who collects metrics is the step that keeps their certificate, and restarts nothing', async ({
    cluster,
  }) => {
    stands(cluster, []);
    metricsClientIsDue(cluster);
    await (await renew(cluster)).result();
    expect(cluster.callsOf('publishCaCertificates').map(({ input }) => input)).toMatchObject([
      { organization: { name: 'org1' }, renew: ['serial of it'] },
    ]);
    for (const step of ['enrollIdentity', 'startCertificateAuthority', 'applyDeployment'] as const) {
      expect(cluster.callsOf(step), step).toEqual([]);
    }
    expect(cluster.callsOf('planCertificateExchange')).toEqual([]);
  });

  test('does nothing where nothing is due', async ({ cluster }) => {
    stands(cluster, []);
    expect(await (await renew(cluster)).result()).toMatchObject({ network: NAME });
    expect(cluster.callsOf('enrollIdentity')).toEqual([]);
    expect(cluster.callsOf('planCertificateExchange')).toEqual([]);
  });

  test('is refused for a network of which nothing is recorded, and for who has no certificates', async ({
    cluster,
  }) => {
    expect(await causeOf(await renew(cluster))).toMatchObject({ type: 'NetworkUnknown' });
    const endless = ['x'.repeat(401)];
    expect(await causeOf(await renew(cluster, { targets: endless }))).toMatchObject({
      type: 'InvalidArgument',
      message: expect.stringContaining('a name of 401 characters: at most 400') as string,
    });
    stands(cluster, []);
    expect(await causeOf(await renew(cluster, { targets: ['org7'] }))).toMatchObject({
      type: 'InvalidArgument',
      message: expect.stringContaining(`org7 has no certificates in ${NAME}. There are: org0/ca, `) as string,
    });
  });
});

describe('new keys', () => {
  test("are known to an orderer's channel before it starts with them, one orderer after the other", async ({
    cluster,
  }) => {
    stands(cluster, []);
    const plan = { outcome: 'unchanged', reason: '', unmet: [], signers: ['Org0MSP'], height: 9 } as const;
    const exchange = (number: number): (typeof cluster.answers.exchanges)[number] => ({
      ...plan,
      ...{ changes: [`new certificate of consenter ${number}`], update: 'b25l', sequence: number },
    });
    const nothing = { ...plan, changes: [], sequence: 3 };
    cluster.answers.exchanges = [exchange(2), nothing, exchange(3), nothing];
    const targets = ['org0/orderer2', 'org0/orderer3', 'org1/peer1'];
    await (await renew(cluster, { newKey: true, targets })).result();
    const [first, second] = [calls('org0-orderer2'), calls('org0-orderer3')];
    for (const { prepared, exchanged, adopted, started, active } of [first, second]) {
      expect(endsBefore(prepared, exchanged)).toBe(true);
      expect(endsBefore(exchanged, adopted)).toBe(true);
      expect(endsBefore(adopted, started)).toBe(true);
      expect(endsBefore(started, active)).toBe(true);
    }
    expect(endsBefore(first.active, second.exchanged)).toBe(true);
    expect(cluster.callsOf('submitConfigUpdate')).toHaveLength(2);
    expect(targetsOf(cluster, 'adoptKey').sort()).toEqual(['org0-orderer2', 'org0-orderer3', 'org1-peer1']);
    expect(targetsOf(cluster, 'applyDeployment')).toContain('org1-peer1');
    expect(cluster.callsOf('enrollIdentity')).toEqual([]);

    function calls(node: string): Record<'prepared' | 'exchanged' | 'adopted' | 'started' | 'active', Call[]> {
      const isOfNode = ({ input }: Call): boolean => JSON.stringify(input).includes(`"tls":"next of ${node}"`);
      return {
        prepared: cluster.callsOf('prepareKey', node),
        exchanged: cluster.callsOf('planCertificateExchange').filter(isOfNode),
        adopted: cluster.callsOf('adoptKey', node),
        started: cluster.callsOf('applyDeployment', node),
        active: cluster.callsOf('awaitOrdererActive', node),
      };
    }
  });

  test('are refused to an orderer that is alone in a channel, before anything is touched', async ({ cluster }) => {
    stands(cluster, [], { organizations: [{ name: 'org0', orderers: 1 }, ...described.organizations.slice(1)] });
    expect(await causeOf(await renew(cluster, { newKey: true, targets: ['org0/orderer1'] }))).toMatchObject({
      type: 'QuorumAtRisk',
      message: expect.stringContaining('org0/orderer1 is the only orderer of mychannel') as string,
    });
    expect(cluster.callsOf('prepareKey')).toEqual([]);
  });

  test('are refused to an orderer that is a consenter of a channel which is not described, before anything is touched', async ({
    cluster,
  }) => {
    stands(cluster, []);
    cluster.answers.consented = { 'org0-orderer2': { channels: ['mychannel', 'byhand'] } };
    expect(await causeOf(await renew(cluster, { newKey: true, targets: ['org0/orderer2'] }))).toMatchObject({
      type: 'QuorumAtRisk',
      message: expect.stringContaining('org0/orderer2 is a consenter of byhand, too') as string,
    });
    expect(cluster.callsOf('prepareKey')).toEqual([]);
  });

  test('are given to whom is named alone', async ({ cluster }) => {
    stands(cluster, []);
    expect(await causeOf(await renew(cluster, { newKey: true }))).toMatchObject({ type: 'InvalidArgument' });
  });
});

describe('a network that is kept', () => {
  test('has what is due renewed under the lock, and what differs reported', async ({ cluster }) => {
    stands(cluster, ['org1/peer1']);
    const report = await keep(cluster);
    expect(report.renewed.map(({ step, target }) => `${step} ${target}`)).toEqual(
      expect.arrayContaining(['enrollIdentity org1/peer1', 'applyDeployment org1/peer1']),
    );
    expect(report.drift.length).toBeGreaterThan(0);
    expect(report).toMatchObject({ healed: [] });
    expect(report).not.toHaveProperty('postponed');
    // All else was only looked at.
    const changed = cluster.callsOf('applyDeployment').filter(({ input }) => !isDry(input));
    expect(changed.map(({ target }) => target)).toEqual(['org1-peer1']);
  });

  test('has the identity of an application renewed that is due, although nothing restarts for it', async ({
    cluster,
  }) => {
    stands(cluster, []);
    applicationIsDue(cluster);
    const { renewed } = await keep(cluster);
    expect(renewed.map(({ step, target }) => `${step} ${target}`)).toContain('enrollApplication org1/app1');
  });

  test('has the certificate of who collects metrics renewed where nothing else is due', async ({ cluster }) => {
    stands(cluster, []);
    metricsClientIsDue(cluster);
    const { renewed } = await keep(cluster);
    expect(renewed.map(({ step, target }) => `${step} ${target}`)).toContain('publishCaCertificates org1/ca');
  });

  test('has what differs mended where that is wanted', async ({ cluster }) => {
    stands(cluster, []);
    const report = await keep(cluster, { heal: true });
    expect(report).toMatchObject({ renewed: [], drift: [] });
    expect(report.healed.length).toBeGreaterThan(0);
    expect(cluster.callsOf('recordNetwork').filter(({ input }) => !isDry(input))).toHaveLength(1);
  });

  test('is left alone outside of its maintenance window', async ({ cluster }) => {
    const hour = new Date(Date.now() + 2 * 3_600_000).toISOString().slice(11, 13);
    stands(cluster, ['org1/peer1'], { maintenanceWindow: { from: `${hour}:00`, to: `${hour}:30` } });
    const report = await keep(cluster, { heal: true });
    expect(report).toMatchObject({ renewed: [], healed: [] });
    expect(report.postponed).toMatch(/^the maintenance window opens at /);
    expect(report.drift.map(({ target }) => target)).not.toContain('org1/peer1');
  });

  test('is renewed when the run that holds it has ended', async ({ cluster }) => {
    stands(cluster, ['org1/peer1']);
    const gate = cluster.hold('recordNetwork');
    const other = await cluster.apply(described);
    await gate.reached;
    const kept = keep(cluster);
    gate.open();
    await other.result();
    expect((await kept).renewed.map(({ target }) => target)).toContain('org1/peer1');
  });
});

function isDry(input: unknown): boolean {
  return (input as { readonly dryRun: boolean }).dryRun;
}
