import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Temporal } from '../../../src/client/index.ts';
import { list, ownedBy, type Cluster } from '../../../src/kubernetes/index.ts';
import type { Description } from '../../../src/spec/index.ts';
import {
  networkWorkflowId,
  type NetworkStatus,
  type RunResult,
  type StepRecord,
} from '../../../src/workflows/messages.ts';
import { exampleChaincode } from '../../support/example-chaincode.ts';
import { startWorker, testCluster, type TestWorker } from '../../support/weft.ts';
import { testTemporal } from '../faults/faulty-network.ts';
import { namespaceWithWorker, type WorkerNamespace } from './worker-namespace.ts';

/*
 * Each organization has a namespace, a worker and a cluster name of its own. A worker's account has the Role of
 * kube/weft/worker-role.yaml in that namespace and no other right: a step that needed another organization's Secrets, or a
 * second namespace, would be forbidden.
 */

const NETWORK = 'it-apart';
const ORGANIZATIONS = ['org0', 'org1', 'org2'] as const;

/** Name of an organization's cluster: three names of the tests' one API server. */
const clusterOf = (organization: string): string => `${NETWORK}-${organization}`;

let admin: Cluster;
let temporal: Temporal;
let image: string;
const namespaces: WorkerNamespace[] = [];
const workers: TestWorker[] = [];

beforeAll(async () => {
  admin = testCluster();
  temporal = await testTemporal();
  image = await exampleChaincode('1.0');
  for (const organization of ORGANIZATIONS) {
    const namespace = await namespaceWithWorker(admin, clusterOf(organization));
    namespaces.push(namespace);
    workers.push(await startWorker(namespace.forWorkers));
  }
});

afterAll(async () => {
  for (const worker of workers) await worker.stop();
  for (const namespace of namespaces) await namespace.remove();
  await temporal.close();
  await admin.close();
});

describe('a network whose organizations have a worker and a namespace each', () => {
  it('comes up with its channel and its chaincode', async () => {
    const { steps } = await up(described());
    expect(done(steps, 'queryChaincode')).toEqual(['basic@org1-peer1', 'basic@org2-peer1']);
    expect(done(steps, 'keepGenesisBlock')).toEqual(ORGANIZATIONS.map((name) => `mychannel@${name}`));
  });

  it('is ready in the eyes of all its clusters', async () => {
    const { ready, nodes, channels, chaincodes } = await status();
    expect(nodes).toHaveLength(8);
    expect(channels).toMatchObject([{ name: 'mychannel' }]);
    expect(chaincodes).toMatchObject([{ name: 'basic', version: '1.0', sequence: 1, ready: true }]);
    expect(ready).toBe(true);
  });

  it('changes nothing when it is as described', async () => {
    const { steps } = await up(described());
    expect(steps.filter(({ outcome }) => outcome !== 'unchanged')).toEqual([]);
  });

  it('follows a new batch size, one more peer and the next version of the chaincode', async () => {
    const upgraded = await exampleChaincode('1.1');
    const { steps } = await up(described({ messages: 20, peersOfOrg2: 2, version: '1.1', image: upgraded }));
    expect(done(steps, 'submitConfigUpdate')).toEqual(['mychannel']);
    expect(changed(steps, 'joinPeer')).toEqual(['mychannel@org2-peer2']);
    expect(changed(steps, 'commitChaincode')).toEqual(['basic']);
    expect(done(steps, 'queryChaincode')).toEqual(['basic@org1-peer1', 'basic@org2-peer1', 'basic@org2-peer2']);
    expect((await status()).chaincodes).toMatchObject([{ version: '1.1', sequence: 2, ready: true }]);
  });

  it('goes down, and leaves nothing of it in any of the namespaces', async () => {
    const id = networkWorkflowId(clusterOf('org0'), NETWORK);
    await run<RunResult>('removeNetwork', id, [selector()]);
    for (const name of ORGANIZATIONS.map(clusterOf)) {
      for (const kind of ['Secret', 'ConfigMap', 'PersistentVolumeClaim', 'Service'] as const) {
        const options = { namespace: name, labelSelector: ownedBy(NETWORK) };
        expect(await list(admin, { apiVersion: 'v1', kind }, options)).toEqual([]);
      }
    }
  });
});

interface Variation {
  readonly messages?: number;
  readonly peersOfOrg2?: number;
  readonly version?: string;
  readonly image?: string;
}

function described(variation: Variation = {}): Description {
  const { messages = 10, peersOfOrg2 = 1, version = '1.0' } = variation;
  const nodes = { org0: { orderers: 3 }, org1: { peers: 1 }, org2: { peers: peersOfOrg2 } };
  return {
    name: NETWORK,
    organizations: ORGANIZATIONS.map((name) => ({
      name,
      cluster: clusterOf(name),
      namespace: clusterOf(name),
      ...nodes[name],
    })),
    channels: [
      {
        name: 'mychannel',
        orderers: ['org0'],
        peers: ['org1', 'org2'],
        batch: { timeout: '500ms', maxMessageCount: messages },
      },
    ],
    chaincodes: [{ name: 'basic', channel: 'mychannel', version, image: variation.image ?? image }],
  };
}

function up(description: Description): Promise<RunResult> {
  return run<RunResult>('applyNetwork', networkWorkflowId(clusterOf('org0'), NETWORK), [description]);
}

function status(): Promise<NetworkStatus> {
  return run<NetworkStatus>('inspectNetwork', `status/${clusterOf('org0')}/${NETWORK}/1`, [selector()]);
}

function selector(): unknown {
  const [home, ...others] = ORGANIZATIONS.map(clusterOf);
  return {
    network: NETWORK,
    namespaces: [home],
    elsewhere: others.map((cluster) => ({ cluster, namespaces: [cluster] })),
  };
}

async function run<Result>(type: string, workflowId: string, args: readonly unknown[]): Promise<Result> {
  const started = await temporal.start({ type, workflowId, args, summary: type, memo: {} });
  const ending = await temporal.result(started, AbortSignal.timeout(RUN_MS));
  if (ending.kind !== 'completed') throw new Error(`${type} ended otherwise: ${JSON.stringify(ending)}`);
  return ending.value as Result;
}

/** Three generations of pods, and a removal of a node with what it holds, on a busy machine. */
const RUN_MS = 300_000;

/** Targets of a step, whatever it did. */
function done(steps: readonly StepRecord[], step: string): string[] {
  return steps
    .filter((record) => record.step === step)
    .map(({ target }) => target)
    .sort();
}

/** Targets of a step that changed something. */
function changed(steps: readonly StepRecord[], step: string): string[] {
  return done(
    steps.filter(({ outcome }) => outcome !== 'unchanged'),
    step,
  );
}
