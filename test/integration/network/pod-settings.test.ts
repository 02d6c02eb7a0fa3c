import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { list, type Cluster, type KubernetesObject } from '../../../src/kubernetes/index.ts';
import { eventually } from '../../support/eventually.ts';
import { clusterName, startWeft, startWorker, testCluster, type TestWorker } from '../../support/weft.ts';
import { applyForeign, applyNamespace } from '../faults/apply.ts';
import { changesIn, describedNetwork, documentOf, expectDone, type DescribedNetwork } from './described-network.ts';
import { runsOf } from './histories.ts';

/*
 * How pods run where the description says it: as which user, with which Secrets for their images, with variables from somebody's Secret.
 */

const NAME = 'it-pods';
const PEER = 'org1-peer1';
const VARIABLE = 'CORE_LEDGER_STATE_COUCHDBCONFIG_PASSWORD';
const [FIRST, SECOND] = ['sesame-open-wide-7f3a', 'sesame-open-again-91cc'];

/** A run looks whether what it waits for has come within this time. */
const TOLD_MS = 30_000;

let cluster: Cluster;
let worker: TestWorker;
let testNetwork: DescribedNetwork;

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  await applyNamespace(cluster, NAME);
  testNetwork = await describedNetwork(NAME, {
    kubernetes: { podUser: 1234, imagePullSecrets: ['registry'] },
    organizations: [
      {
        name: 'org1',
        orderers: 1,
        peers: [{ name: 'peer1', environmentFrom: { [VARIABLE]: { secret: 'couchdb', key: 'password' } } }],
      },
    ],
  });
});

afterAll(async () => {
  await testNetwork.remove(cluster);
  await worker.stop();
  await cluster.close();
});

describe('pods whose description says how they run', () => {
  it('wait for the Secret that a variable comes from, and the run says for which', async () => {
    const up = startWeft(['up', '-f', testNetwork.file]);
    await eventually(async () => {
      const told = up.stdout() + up.stderr();
      if (!told.includes(`Secret couchdb in namespace ${NAME} is missing`)) throw new Error(told);
      return Promise.resolve();
    }, TOLD_MS);
    await writePassword(FIRST);
    const { exitCode, stderr } = await up.ended;
    expect(exitCode, stderr).toBe(0);
  });

  it('run under their user, name the Secrets for their images, and get the variable from the Secret', async () => {
    const pods = await podsOf();
    expect(pods.map(({ metadata: { labels } }) => labels?.['weft.dev/node']).sort()).toEqual([
      ...['org1-ca', 'org1-orderer1', PEER],
    ]);
    for (const pod of pods) {
      expect(pod['spec']).toMatchObject({
        imagePullSecrets: [{ name: 'registry' }],
        securityContext: { runAsUser: 1234, runAsGroup: 1234, fsGroup: 1234 },
      });
    }
    // The images have no program that would print it; a container whose variable has no value does not start.
    const variable = { name: VARIABLE, valueFrom: { secretKeyRef: { name: 'couchdb', key: 'password' } } };
    expect((await peerPod())['spec']).toMatchObject({
      containers: [{ env: expect.arrayContaining([variable]) as unknown }],
    });
  });

  it('are left as they are while nothing changes', async () => {
    const second = await expectDone(testNetwork.weft('up', '-o', 'json'));
    expect(changesIn(documentOf(second))).toEqual([]);
  });

  it('restart once the value is another one, those alone that use it', async () => {
    const before = (await podsOf()).map(({ metadata: { name } }) => name);
    const earlier = await peerPod();
    await writePassword(SECOND);
    const plan = documentOf(await testNetwork.weft('plan', '-o', 'json'));
    expect(changesIn(plan)).toContain('applyDeployment org1/peer1');
    await expectDone(testNetwork.weft('up'));
    expect((await peerPod()).metadata.name).not.toBe(earlier.metadata.name);
    const stayed = (await podsOf()).map(({ metadata: { name } }) => name).filter((name) => before.includes(name));
    expect(stayed).toHaveLength(2);
  });

  it('leave the value out of every history', async () => {
    const runs = await runsOf(clusterName(), NAME);
    const all = runs.map(({ history }) => history).join('\n');
    expect(all).toContain(VARIABLE);
    expect([FIRST, SECOND].filter((value) => all.includes(value))).toEqual([]);
    expect([FIRST, SECOND].filter((value) => worker.log().includes(value))).toEqual([]);
  });
});

function writePassword(password: string): Promise<void> {
  return applyForeign(cluster, `/api/v1/namespaces/${NAME}/secrets`, {
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'couchdb', namespace: NAME } },
    stringData: { password },
  });
}

async function peerPod(): Promise<KubernetesObject> {
  const pod = (await podsOf()).find(({ metadata: { labels } }) => labels?.['weft.dev/node'] === PEER);
  if (pod === undefined) throw new Error('The peer has no pod.');
  return pod;
}

/** Those that are not on their way out. */
async function podsOf(): Promise<KubernetesObject[]> {
  const pods = await list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace: NAME });
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}
