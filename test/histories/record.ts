import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';

import { failure } from '../../src/activities/failures.ts';
import {
  activityTaskQueue,
  addSignaturesUpdate,
  channelWorkflowId,
  networkWorkflowId,
  pauseUpdate,
  resumeUpdate,
  WORKFLOW_TASK_QUEUE,
} from '../../src/workflows/messages.ts';
import { bundleWorkflows } from '../../src/worker/workflow-bundle.ts';
import { startTemporal } from '../support/temporal.ts';
import { completeDescription } from '../../src/spec/index.ts';
import { channelNetwork, smallNetwork, testNetwork } from '../workflows/fixtures/descriptions.ts';
import { fakeCluster, type FakeCluster } from '../workflows/fixtures/fake-cluster.ts';
import { withoutMachine } from './without-machine.ts';

/*
 * Records the histories of this folder: `npm exec node test/histories/record.ts`.
 *
 * test/workflows/replay.test.ts replays them, and fails when a change of the workflows would break runs that are under
 * way. Until the first release nobody has such runs: then a changed story is recorded again. From then on the old
 * histories stay, the workflows branch with `patched`, and new histories are added.
 */

interface Story {
  readonly type: string;
  readonly workflowId: string;
  readonly args: readonly unknown[];
  /** Prepares the cluster and, once the run has begun, does to it what the story is about. */
  readonly happen?: (cluster: FakeCluster) => (run: WorkflowHandle) => Promise<void>;
  /** Whose history is kept, by file name: the run's own, or that of the child workflow of an organization, a channel or a chaincode. */
  readonly kept: Readonly<Record<string, string | undefined>>;
}

const CLUSTER = 'recorded';
const leftOver = { target: 'org1/peer9', namespace: 'small', selector: 'weft.dev/node=org1-peer9' };

const stories: readonly Story[] = [
  {
    type: 'applyNetwork',
    workflowId: networkWorkflowId(CLUSTER, testNetwork.name),
    args: [testNetwork],
    kept: { 'bring-up': undefined, 'bring-up-org1': 'org1', 'bring-up-org1-identities': 'org1/identities' },
  },
  {
    type: 'applyNetwork',
    workflowId: `plan/${CLUSTER}/small/1`,
    args: [smallNetwork, { dryRun: true }],
    kept: { plan: undefined, 'plan-org1': 'org1', 'plan-org1-identities': 'org1/identities' },
  },
  {
    type: 'applyNetwork',
    workflowId: networkWorkflowId(CLUSTER, smallNetwork.name),
    args: [smallNetwork, { approveRemoval: true }],
    happen: (cluster) => {
      cluster.answers.removals = [leftOver];
      cluster.fail('enrollIdentity', 'org1-peer1', failure('ClusterUnavailable', 'the API server answers 503'), 1);
      return () => Promise.resolve();
    },
    kept: { 'bring-up-with-removal': undefined },
  },
  {
    type: 'applyNetwork',
    workflowId: networkWorkflowId(CLUSTER, smallNetwork.name),
    args: [smallNetwork],
    happen: (cluster) => {
      cluster.fail('awaitRollout', 'org1-peer1', failure('ImagePullFailed', 'image peer:9.9 cannot be pulled'));
      return () => Promise.resolve();
    },
    kept: { 'bring-up-failed': undefined },
  },
  {
    type: 'applyNetwork',
    workflowId: networkWorkflowId(CLUSTER, smallNetwork.name),
    args: [smallNetwork],
    happen: (cluster) => {
      const gate = cluster.hold('enrollIdentity', 'org1-peer1');
      return async (run) => {
        await gate.reached;
        await run.cancel();
      };
    },
    kept: { 'bring-up-cancelled': undefined, 'bring-up-cancelled-org1': 'org1/identities' },
  },
  {
    type: 'removeNetwork',
    workflowId: networkWorkflowId(CLUSTER, smallNetwork.name),
    args: [{ network: smallNetwork.name }, { keepData: true }],
    happen: (cluster) => {
      cluster.answers.owned = { groups: [leftOver], namespaces: ['small'] };
      return () => Promise.resolve();
    },
    kept: { down: undefined },
  },
  {
    type: 'inspectNetwork',
    workflowId: `status/${CLUSTER}/small/1`,
    args: [{ network: smallNetwork.name }],
    kept: { status: undefined },
  },
  {
    type: 'applyNetwork',
    workflowId: networkWorkflowId(CLUSTER, channelNetwork.name),
    args: [channelNetwork],
    kept: {
      'channels-bring-up': undefined,
      'channels-new-channel': 'channels/mychannel',
      'channels-new-chaincode': 'chaincodes/mychannel/basic',
    },
  },
  {
    type: 'applyNetwork',
    workflowId: networkWorkflowId(CLUSTER, channelNetwork.name),
    args: [channelNetwork],
    happen: (cluster) => {
      cluster.answers.decision = { outcome: 'unchanged', reason: '' };
      cluster.answers.unready = ['org0-orderer3'];
      cluster.answers.keptGenesisBlocks = ['mychannel'];
      cluster.answers.definition = { sequence: 1, differences: ['version 1.1'], approval: 'described' };
      cluster.answers.configUpdates = [
        {
          ...{ outcome: 'unchanged', reason: '', changes: ['BatchTimeout 2s -> 1s'], update: 'dXBkYXRl' },
          ...{ signers: ['Org0MSP'], unmet: [], sequence: 1, height: 2 },
        },
      ];
      cluster.hold('joinOrderer', 'mychannel@org0-orderer3');
      return () => Promise.resolve();
    },
    kept: {
      'channels-again': undefined,
      'channels-orderer-down': 'channels/mychannel',
      'channels-chaincode-upgrade': 'chaincodes/mychannel/basic',
    },
  },
  {
    type: 'applyNetwork',
    workflowId: `plan/${CLUSTER}/channels/1`,
    args: [channelNetwork, { dryRun: true }],
    kept: {
      'channels-plan': undefined,
      'channels-plan-channel': 'channels/mychannel',
      'channels-plan-chaincode': 'chaincodes/mychannel/basic',
    },
  },
  {
    type: 'applyNetwork',
    workflowId: networkWorkflowId(CLUSTER, channelNetwork.name),
    args: [channelNetwork],
    happen: (cluster) => {
      cluster.fail('joinOrderer', 'mychannel@org0-orderer2', failure('ChannelConflict', 'it is in another mychannel'));
      return () => Promise.resolve();
    },
    kept: { 'channels-failed': undefined, 'channels-failed-channel': 'channels/mychannel' },
  },
  {
    type: 'applyNetwork',
    workflowId: networkWorkflowId(CLUSTER, channelNetwork.name),
    args: [channelNetwork],
    happen: (cluster) => {
      cluster.fail('approveChaincode', 'basic@org1', failure('AnswerLost', 'it may have been ordered'), 1);
      cluster.fail('commitChaincode', 'basic', failure('FabricRefused', 'the channel refuses it'));
      return () => Promise.resolve();
    },
    kept: { 'channels-failed-chaincode': 'chaincodes/mychannel/basic' },
  },
  {
    type: 'applyNetwork',
    workflowId: networkWorkflowId(CLUSTER, channelNetwork.name),
    args: [channelNetwork],
    happen: (cluster) => {
      cluster.answers.keptGenesisBlocks = ['mychannel'];
      cluster.answers.configUpdates = [
        {
          ...{ outcome: 'unchanged', reason: '', changes: ['adds Org3MSP'], update: 'dXBkYXRl' },
          ...{ signers: ['Org0MSP'], unmet: ['/Channel/Application wants MAJORITY Admins'], sequence: 1, height: 2 },
        },
      ];
      return () => Promise.resolve();
    },
    kept: { 'channels-signatures-missing': 'channels/mychannel' },
  },
  {
    type: 'applyNetwork',
    workflowId: networkWorkflowId(CLUSTER, smallNetwork.name),
    args: [smallNetwork],
    happen: (cluster) => {
      const gate = cluster.hold('awaitRollout', 'org1-ca');
      return async (run) => {
        await gate.reached;
        await run.executeUpdate(pauseUpdate, { args: [{ by: 'ana', reason: 'the nodes are being upgraded' }] });
        gate.open();
        await run.executeUpdate(resumeUpdate, { args: [{ by: 'ana', reason: '' }] });
      };
    },
    kept: { 'bring-up-paused': undefined, 'bring-up-paused-org1': 'org1' },
  },
  {
    type: 'applyNetwork',
    workflowId: networkWorkflowId(CLUSTER, channelNetwork.name),
    args: [channelNetwork],
    happen: (cluster) => {
      cluster.answers.keptGenesisBlocks = ['mychannel'];
      cluster.answers.configUpdates = [
        {
          ...{ outcome: 'unchanged', reason: '', changes: ['adds Org3MSP'], update: 'dXBkYXRl', signers: ['Org1MSP'] },
          ...{ unmet: ['/Channel/Application wants MAJORITY Admins'], missing: ['Org9MSP'], sequence: 1, height: 2 },
        },
      ];
      cluster.answers.checked = ({ missing }) => ({
        kind: 'good',
        signatures: missing.map((mspId) => ({ mspId, signature: `signature of ${mspId}` })),
      });
      const wait = cluster.hold('awaitSignatures');
      return async (run) => {
        await wait.reached;
        const channel = run.client.getHandle(channelWorkflowId(run.workflowId, 'mychannel'));
        await channel.executeUpdate(addSignaturesUpdate, { args: [{ envelope: 'ZW52ZWxvcGU=', by: 'ana' }] });
      };
    },
    kept: { 'channels-signatures-awaited': 'channels/mychannel' },
  },
  {
    type: 'inspectNetwork',
    workflowId: `status/${CLUSTER}/channels/1`,
    args: [{ network: channelNetwork.name }],
    happen: (cluster) => {
      const completed = completeDescription(channelNetwork);
      cluster.answers.record = completed.ok ? { begun: completed.network } : undefined;
      return () => Promise.resolve();
    },
    kept: { 'channels-status': undefined },
  },
  {
    type: 'renewNetwork',
    workflowId: networkWorkflowId(CLUSTER, channelNetwork.name),
    args: [{ network: channelNetwork.name }],
    happen: (cluster) => {
      expire(cluster);
      return () => Promise.resolve();
    },
    kept: { renewal: undefined },
  },
  {
    type: 'renewNetwork',
    workflowId: networkWorkflowId(CLUSTER, channelNetwork.name),
    args: [{ network: channelNetwork.name }, { targets: ['org0/orderer2', 'org1/peer1'], newKey: true }],
    happen: (cluster) => {
      expire(cluster);
      return () => Promise.resolve();
    },
    kept: { 'renewal-of-keys': undefined },
  },
  {
    type: 'keepNetwork',
    workflowId: `keep/${CLUSTER}/channels-1`,
    args: [{ network: channelNetwork.name, cluster: CLUSTER }, { heal: true }],
    happen: (cluster) => {
      expire(cluster);
      return () => Promise.resolve();
    },
    kept: { keep: undefined },
  },
  {
    type: 'addIdentity',
    workflowId: networkWorkflowId(CLUSTER, channelNetwork.name),
    args: [{ network: channelNetwork.name }, { organization: 'org1', name: 'app1' }],
    happen: (cluster) => {
      expire(cluster);
      return () => Promise.resolve();
    },
    kept: { 'identity-added': undefined },
  },
  {
    type: 'revokeIdentity',
    workflowId: networkWorkflowId(CLUSTER, channelNetwork.name),
    args: [{ network: channelNetwork.name }, { organization: 'org1', name: 'app1' }],
    happen: (cluster) => {
      expire(cluster);
      const plan = { outcome: 'unchanged', reason: '', unmet: [], signers: ['Org1MSP'] } as const;
      cluster.answers.revocations = [
        { ...plan, changes: ['revocation list of Org1MSP'], update: 'dXBkYXRl', sequence: 4, height: 8 },
        { ...plan, changes: [], sequence: 5, height: 9 },
      ];
      return () => Promise.resolve();
    },
    kept: { 'identity-revoked': undefined },
  },
];

/** The network with channels stands, and all of its certificates are due. */
function expire(cluster: FakeCluster): void {
  const completed = completeDescription(channelNetwork);
  cluster.answers.record = completed.ok ? { begun: completed.network, applied: completed.network } : undefined;
  cluster.answers.keptGenesisBlocks = ['mychannel'];
  cluster.answers.decision = { outcome: 'updated', reason: 'the certificate is due' };
  cluster.answers.channelOf = ({ orderers, peers }) => ({
    orderers: orderers.map((name) => ({
      ...{ name, status: 'active', height: 9, isLeader: name === 'org0-orderer1' },
      ...{ consensus: 'raft', committedBlock: 8, reason: '' },
    })),
    peers: peers.map((name) => ({ name, height: 9, reason: '' })),
  });
  cluster.answers.certificates = ({ certificateAuthority, identities }) => ({
    certificates: [certificateAuthority, ...identities.map(({ target }) => target)].map((owner) => ({
      ...{ owner, use: 'tls', serial: owner, notAfter: '2026-01-02T00:00:00Z', dueAt: '2026-01-01T00:00:00Z' },
    })),
    outdated: [],
    orderers: Object.fromEntries(identities.map(({ identity: { name } }) => [name, { identity: name, tls: name }])),
  });
}

const [environment, workflowBundle] = await Promise.all([startTemporal(), bundleWorkflows()]);
try {
  const connection = environment.nativeConnection;
  const workflows = await Worker.create({ connection, taskQueue: WORKFLOW_TASK_QUEUE, workflowBundle });
  await workflows.runUntil(async () => {
    for (const story of stories) await record(environment, story);
  });
} finally {
  await environment.teardown();
}

async function record(temporal: TestWorkflowEnvironment, story: Story): Promise<void> {
  const { type, workflowId, args, kept, happen } = story;
  const cluster = fakeCluster();
  const act = happen?.(cluster);
  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    taskQueue: activityTaskQueue(CLUSTER),
    activities: cluster.activities,
  });
  const { workflow } = temporal.client;
  await worker.runUntil(async () => {
    const run = await workflow.start(type, { workflowId, taskQueue: WORKFLOW_TASK_QUEUE, args: [...args] });
    await act?.(run);
    await run.result().catch((error: unknown) => {
      if (!(error instanceof WorkflowFailedError)) throw error;
    });
  });
  for (const [name, part] of Object.entries(kept)) {
    const handle = workflow.getHandle(part === undefined ? workflowId : `${workflowId}/${part}`);
    // A part that was told to stop ends after the run that told it so.
    await handle.result().catch((error: unknown) => {
      if (!(error instanceof WorkflowFailedError)) throw error;
    });
    const history = await handle.fetchHistory();
    const file = join(import.meta.dirname, `${name}.json`);
    writeFileSync(file, withoutMachine(historyToJSON(history)));
    console.log(`${name}: ${history.events?.length ?? 0} events`);
  }
}
