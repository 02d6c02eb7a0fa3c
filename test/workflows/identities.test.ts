import { describe, expect } from 'vitest';

import { networkWorkflowId, type NamedIdentity, type NewIdentity } from '../../src/workflows/messages.ts';
import type { addIdentity, revokeIdentity } from '../../src/workflows/index.ts';
import { channelNetwork, completed } from './fixtures/descriptions.ts';
import { endsBefore } from './fixtures/order.ts';
import { causeOf, test, type ClusterUnderTest, type Run } from './fixtures/temporal-test.ts';

const NAME = channelNetwork.name;
const APP1 = { organization: 'org1', name: 'app1' };

const described = {
  ...channelNetwork,
  organizations: [
    { name: 'org0', orderers: 1 },
    { name: 'org1', peers: 2 },
    { name: 'org2', peers: 1 },
  ],
  channels: [
    { name: 'mychannel', orderers: ['org0'], peers: ['org1', 'org2'] },
    { name: 'others', orderers: ['org0'], peers: ['org2'] },
  ],
  chaincodes: [],
};

function stands(cluster: ClusterUnderTest): void {
  const network = completed(described);
  cluster.answers.record = { begun: network, applied: network };
  cluster.answers.decision = { outcome: 'updated', reason: 'its certificates are revoked' };
}

function add(cluster: ClusterUnderTest, identity: NewIdentity): Promise<Run<typeof addIdentity>> {
  return cluster.start('addIdentity', networkWorkflowId(cluster.name, NAME), [{ network: NAME }, identity]);
}

function revoke(cluster: ClusterUnderTest, identity: NamedIdentity): Promise<Run<typeof revokeIdentity>> {
  return cluster.start('revokeIdentity', networkWorkflowId(cluster.name, NAME), [{ network: NAME }, identity]);
}

describe('an identity that is added', () => {
  test('is enrolled by its organization alone', async ({ cluster }) => {
    stands(cluster);
    const { steps } = await (await add(cluster, APP1)).result();
    expect(steps.map(({ step, target }) => `${step} ${target}`)).toContain('enrollApplication org1/app1');
    expect(cluster.callsOf('enrollApplication')[0]?.input).toMatchObject({
      ...{ organization: { name: 'org1' }, identity: { name: 'app1', type: 'client', attributes: [] } },
    });
    expect(cluster.callsOf('planRevocation')).toEqual([]);
  });

  test.for([
    [{ organization: 'org9', name: 'app1' }, 'org9 is no organization of'],
    [{ organization: 'org1', name: 'org1-peer1' }, "are of the organization's own nodes"],
    [{ organization: 'org1', name: 'rcaadmin' }, 'it is that of the registrar'],
    [{ organization: 'org1', name: 'App_1' }, 'it must be lower-case letters'],
  ] as const)('is refused where it can be none: %j', async ([identity, message], { cluster }) => {
    stands(cluster);
    const failure = await causeOf(await add(cluster, identity));
    expect(failure).toMatchObject({ type: 'InvalidArgument', message: expect.stringContaining(message) as string });
    expect(cluster.callsOf('enrollApplication')).toEqual([]);
  });
});

describe('an identity that is revoked', () => {
  const plan = { outcome: 'unchanged', reason: '', unmet: [], signers: ['Org1MSP'] } as const;
  const update = { ...plan, changes: ['revocation list of Org1MSP'], update: 'dXBkYXRl', sequence: 4, height: 8 };
  const nothing = { ...plan, changes: [], sequence: 5, height: 9 };

  test('is so at its CA, then in each channel of its organization, whose peers are awaited', async ({ cluster }) => {
    stands(cluster);
    cluster.answers.revocations = [update, nothing];
    await (await revoke(cluster, APP1)).result();
    expect(cluster.callsOf('revokeIdentity')[0]?.input).toMatchObject({ identity: 'app1' });
    expect(new Set(cluster.callsOf('planRevocation').map(({ target }) => target))).toEqual(new Set(['mychannel']));
    expect(cluster.callsOf('planRevocation')[0]?.input).toMatchObject({
      ...{ mspId: 'Org1MSP', revocationList: 'what org1 has revoked', organization: { name: 'org0' } },
    });
    expect(cluster.callsOf('signConfigUpdate').map(({ input }) => input)).toMatchObject([
      { organization: { name: 'org1' }, update: 'dXBkYXRl' },
    ]);
    expect(cluster.callsOf('submitConfigUpdate')).toHaveLength(1);
    const waits = cluster.callsOf('awaitBlocks').map(({ input }) => input);
    expect(waits).toHaveLength(2);
    expect(waits).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ peers: ['org1-peer1', 'org1-peer2'], height: 9 }),
        expect.objectContaining({ peers: ['org2-peer1'], height: 9 }),
      ]),
    );
    expect(endsBefore(cluster.callsOf('revokeIdentity'), cluster.callsOf('planRevocation'))).toBe(true);
    expect(endsBefore(cluster.callsOf('awaitConfigSequence'), cluster.callsOf('awaitBlocks'))).toBe(true);
  });

  test('changes no channel that knows it', async ({ cluster }) => {
    stands(cluster);
    cluster.answers.revocations = [nothing];
    await (await revoke(cluster, APP1)).result();
    expect(cluster.callsOf('submitConfigUpdate')).toEqual([]);
  });
});
