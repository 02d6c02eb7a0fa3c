import { beforeEach, describe, expect, test } from 'vitest';

import { createCertificateAuthorityActivities } from '../../../../src/activities/identities/certificate-authority.ts';
import { createIdentityActivities } from '../../../../src/activities/identities/enroll.ts';
import { createRegistrarActivities } from '../../../../src/activities/identities/registrar.ts';
import { createNodeActivities } from '../../../../src/activities/nodes/nodes.ts';
import { createOrganizationActivities } from '../../../../src/activities/nodes/organization.ts';
import {
  createUnchangedStepsActivities,
  type OrganizationParts,
  type UnchangedSteps,
} from '../../../../src/activities/status/unchanged-steps.ts';
import type { ClusterRequest } from '../../../../src/kubernetes/index.ts';
import { rollOut } from '../deployments.ts';
import { fakeAuthorities, type FakeAuthorities } from '../identities/fake-authorities.ts';
import { mockActivity } from '../mock-activity.ts';
import { describedNetwork, type DescribedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf, storedSecret, without } from '../stored.ts';

const NODES = ['peer1', 'peer2'];
const DEPLOYMENTS = ['org1-ca', 'org1-peer1', 'org1-peer2'];
const STEPS = [
  'applyDeployment org1/peer1',
  'applyDeployment org1/peer2',
  'applyOrganizationConfig org1',
  'claimVolumes org1',
  'enrollIdentity org1/admin',
  'enrollIdentity org1/peer1',
  'enrollIdentity org1/peer2',
  'enrollRegistrar org1/ca',
  'publishCaCertificates org1/ca',
  'startCertificateAuthority org1/ca',
  'writeNodeOuConfig org1',
];

let store: ObjectStore;
let authorities: FakeAuthorities;

beforeEach(async () => {
  store = objectStore([]);
  authorities = await fakeAuthorities();
});

function partsOf(described: DescribedNetwork = describedNetwork()): OrganizationParts {
  const volumes = NODES.map((node) => {
    const { storage } = described.node('org1', node).node;
    return { name: `org1-${node}`, storage, isInUse: false };
  });
  const identities = [...NODES, 'admin'].map((name) => ({
    target: `org1/${name}`,
    identity: described.identity('org1', name).identity,
  }));
  const nodes = NODES.map((name) => {
    const { node, kind, gossipBootstrap = '' } = described.node('org1', name);
    return { target: `org1/${name}`, node, kind, gossipBootstrap };
  });
  const { outgoingPorts } = described.organizationConfig('org1');
  return {
    ...described.organization('org1'),
    outgoingPorts,
    certificateAuthority: 'org1/ca',
    volumes,
    identities,
    nodes,
  };
}

function look(parts = partsOf(), asked = authorities): Promise<UnchangedSteps> {
  const { findUnchangedSteps } = createUnchangedStepsActivities(dependenciesOf(store), asked);
  return mockActivity().run(findUnchangedSteps, parts);
}

function namesOf({ steps }: UnchangedSteps): string[] {
  return steps.map(({ step, target }) => `${step} ${target}`).sort();
}

/** Brings org1 up by its own steps, and lets its Deployments be rolled out. */
async function bringUp(parts: OrganizationParts = partsOf()): Promise<void> {
  const { volumes, identities, nodes, outgoingPorts, ...organization } = parts;
  const dependencies = dependenciesOf(store);
  const run = <Input>(step: (input: Input) => Promise<unknown>, input: Input): Promise<unknown> =>
    mockActivity().run(step, input);
  const ca = createCertificateAuthorityActivities(dependencies, authorities);
  const shared = createOrganizationActivities(dependencies);
  const { claimVolumes, applyDeployment } = createNodeActivities(dependencies);
  const { enrollIdentity } = createIdentityActivities(dependencies, authorities);
  await run(ca.startCertificateAuthority, { ...organization, isInUse: false });
  await enrollRegistrarWithPassword(organization);
  await run(ca.publishCaCertificates, organization);
  await run(shared.applyOrganizationConfig, {
    ...organization,
    outgoingPorts,
    nodes: { orderers: 0, peers: nodes.length },
  });
  await run(shared.writeNodeOuConfig, organization);
  await run(claimVolumes, { ...organization, volumes });
  for (const { identity } of identities) await run(enrollIdentity, { ...organization, identity });
  for (const node of nodes) await run(applyDeployment, { ...organization, ...node });
  for (const name of DEPLOYMENTS) rollOut(store, name);
}

/** The CAs were started with the password that the bring-up has made. */
async function enrollRegistrarWithPassword(
  organization: Pick<OrganizationParts, 'network' | 'dryRun' | 'organization'>,
): Promise<void> {
  const secret = store.dataOf('Secret', 'org1-ca-config')?.['registrar-password'] ?? '';
  for (const ca of [authorities.enrollmentCa, authorities.tlsCa]) {
    ca.identities.set('rcaadmin', { type: 'client', secret });
  }
  const { enrollRegistrar } = createRegistrarActivities(dependenciesOf(store), authorities);
  await mockActivity().run(enrollRegistrar, organization);
  const registrar = store.dataOf('Secret', 'org1-ca-registrar');
  Object.assign(authorities.registrar, registrar);
}

describe('a look at an organization', () => {
  test('that is as described finds every step of it, with what the step would tell', async () => {
    await bringUp();
    const found = await look();
    expect(namesOf(found)).toEqual(STEPS);
    expect(found.isComplete).toBe(true);
    const { steps } = found;
    for (const { result } of steps) expect(result).toMatchObject({ outcome: 'unchanged', attempts: 1, reason: '' });
    expect(steps.find(({ step }) => step === 'publishCaCertificates')?.result).toMatchObject({
      roots: { ca: authorities.enrollmentCa.root, tlsca: authorities.tlsCa.root },
    });
    expect(steps.find(({ step }) => step === 'applyDeployment')?.result).toMatchObject({ rolledOut: true });
  });

  test('writes nothing, and reads each kind of object once', async () => {
    await bringUp();
    const before = store.writes.length;
    const reads: ClusterRequest[] = [];
    store.onRequest = (request) => {
      if (request.method === 'GET') reads.push(request);
      if (request.method !== 'GET') expect(request.query?.['dryRun']).toBe('All');
    };
    await look();
    expect(store.writes).toHaveLength(before);
    expect(reads.map(({ path }) => path.split('/').at(-1)).sort()).toEqual([
      ...['configmaps', 'deployments', 'networkpolicies'],
      // One alone has no budget: what is not in the list is asked for by itself, since absent has to mean absent.
      'org1-orderers',
      ...['persistentvolumeclaims', 'poddisruptionbudgets', 'secrets', 'services'],
    ]);
  });

  test('that is not there finds nothing, and asks no CA', async () => {
    expect(await look()).toEqual({ steps: [], isComplete: false });
    expect(authorities.calls()).toEqual([]);
  });

  test('whose CA does not answer yet leaves all of it to the steps', async () => {
    await bringUp();
    const deployment = store.find('Deployment', 'org1-ca');
    if (deployment !== undefined) store.put(without(deployment, 'status'));
    expect(await look()).toEqual({ steps: [], isComplete: false });
  });

  test('leaves out what differs, and only that', async () => {
    await bringUp();
    const changed = describedNetwork({
      organizations: [
        { name: 'org0', mspId: 'OrdererMSP', orderers: 1 },
        {
          name: 'org1',
          peers: [{ name: 'peer1' }, { name: 'peer2', environment: { CORE_CHAINCODE_EXECUTETIMEOUT: '60s' } }],
        },
      ],
    });
    const found = await look(partsOf(changed));
    expect(namesOf(found)).toEqual(STEPS.filter((step) => step !== 'applyDeployment org1/peer2'));
    expect(found.isComplete).toBe(false);
  });

  test('leaves an identity whose keys are gone to its step, and the node that runs with them', async () => {
    await bringUp();
    const secret = store.find('Secret', 'org1-peer1-tls');
    if (secret !== undefined) store.put({ ...secret, data: {} });
    const found = await look();
    expect(namesOf(found)).not.toContain('enrollIdentity org1/peer1');
    expect(namesOf(found)).not.toContain('applyDeployment org1/peer1');
    expect(namesOf(found)).toContain('applyDeployment org1/peer2');
  });

  test('names the orderers whose keys are gone, whether or not the CA answers', async () => {
    const orderer = describedNetwork().identity('org0', 'orderer1');
    const identities = [{ target: 'org0/orderer1', identity: orderer.identity }];
    const parts = { ...partsOf(), ...describedNetwork().organization('org0'), identities, nodes: [], volumes: [] };
    store.put(storedSecret('org0-orderer1-msp', { 'key.pem': 'a key' }));
    store.put(storedSecret('org0-orderer1-tls', { 'next-key.pem': 'another key' }));
    expect(await look(parts)).toEqual({
      ...{ steps: [], isComplete: false },
      withoutKeys: [{ name: 'org0-orderer1', secrets: ['org0-orderer1-tls'] }],
    });
    store.put(storedSecret('org0-orderer1-tls', { 'key.pem': 'another key' }));
    expect(await look(parts)).toEqual({ steps: [], isComplete: false });
  });

  test('has the step itself meet what is wrong: a CA that answers with another root is none to be found unchanged', async () => {
    await bringUp();
    const found = await look(partsOf(), await fakeAuthorities());
    expect(found.isComplete).toBe(false);
    expect(namesOf(found)).not.toContain('publishCaCertificates org1/ca');
    expect(namesOf(found)).not.toContain('enrollRegistrar org1/ca');
  });

  test('that is cancelled ends as cancelled, and does not tell of what it has seen', async () => {
    await bringUp();
    const environment = mockActivity();
    authorities.enrollmentCa.before = () => {
      environment.cancel();
      return Promise.reject(new Error('the connection was closed'));
    };
    const { findUnchangedSteps } = createUnchangedStepsActivities(dependenciesOf(store), authorities);
    await expect(environment.run(findUnchangedSteps, partsOf())).rejects.toMatchObject({ name: 'CancelledFailure' });
  });
});
