import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { RunEnding, Temporal } from '../../../src/client/index.ts';
import { observe, type Cluster } from '../../../src/kubernetes/index.ts';
import { networkWorkflowId } from '../../../src/workflows/messages.ts';
import { freePort } from '../../support/free-port.ts';
import { serviceAccountToken } from '../../support/service-account.ts';
import { clusterName, startWorker, testCluster, weft, type Ended, type TestWorker } from '../../support/weft.ts';
import { applyForeign, applyNamespace } from './apply.ts';
import { applyByHand, startByHand } from './by-hand.ts';
import { startCommand } from './command.ts';
import { faultyNetwork, removeNamespace, SMALLEST, testTemporal, type FaultyNetwork } from './faulty-network.ts';
import { forbidNew } from './hindrances.ts';
import { writeKubeconfig, type Kubeconfig, type KubeconfigChanges } from './kubeconfigs.ts';

/*
 * What cannot work is refused in a sentence, with a code of its own, before anything is touched.
 */

const NAME = 'it-refused';

/** A network that nobody ever starts: Temporal must not know it, however often these tests ran before. */
const NEVER = 'it-never';

/** None of these waits for anything: most of it is the start of `weft` on a machine that is busy. */
const SOON_SECONDS = 30;

let cluster: Cluster;
let temporal: Temporal;
let worker: TestWorker;

beforeAll(async () => {
  cluster = testCluster();
  temporal = await testTemporal();
  worker = await startWorker();
});

const left: (() => Promise<void>)[] = [];

afterEach(async () => {
  // What was made last may need what was made first.
  for (const remove of left.splice(0).toReversed()) await remove();
});

afterAll(async () => {
  await worker.stop();
  await temporal.close();
  await cluster.close();
});

function networkOf(name = NAME, variables: Readonly<Record<string, string>> = {}): FaultyNetwork {
  const network = faultyNetwork(name, { cluster, temporal }, variables);
  left.push(network.remove);
  return network;
}

/** What a description with a channel and a chaincode says otherwise than a right one. */
interface Wrong {
  readonly version?: string;
  readonly orderers?: number;
  readonly channel?: string;
  readonly chaincode?: string;
}

/** A description that is right but for this. */
function withChannel({ version = '2.5.9', orderers = 3, channel, chaincode = 'image: basic' }: Wrong): string {
  return [
    `name: ${NEVER}`,
    `fabric: { version: ${version} }`,
    'organizations:',
    `  - { name: org0, mspId: OrdererMSP, orderers: ${orderers} }`,
    '  - { name: org1, peers: 1 }',
    '  - { name: org2, peers: 1 }',
    `channels: [{ name: mychannel, orderers: [org0]${channel === undefined ? '' : `, ${channel}`} }]`,
    `chaincodes: [{ name: basic, channel: mychannel, version: "1.0", ${chaincode} }]`,
  ].join('\n');
}

const ORGANIZATIONS = 'organizations: [{ name: org1, orderers: 1, peers: 1 }]';

describe('a first run that comes to no good end', { timeout: 240_000 }, () => {
  test('leaves what stands visible by the name of the network alone', async () => {
    const network = networkOf('it-first');
    network.describe({
      organizations: [
        {
          name: 'org1',
          orderers: 1,
          peers: [{ name: 'peer1' }, { name: 'peer2', image: 'localhost:1/it-first:never' }],
        },
      ],
      channels: [{ name: 'mychannel', orderers: ['org1'], peers: [{ organization: 'org1', peers: ['peer1'] }] }],
      kubernetes: { rolloutTimeoutSeconds: 10 },
    });
    const ended = await network.up('--yes').ended;
    expect(ended, ended.stderr).toMatchObject({ exitCode: 1 });

    const { exitCode, stdout, stderr } = await weft('status', 'it-first', '-o', 'json');
    expect(exitCode, stderr).toBe(0);
    const status = JSON.parse(stdout) as { ready: boolean; channels: { name: string; height: number }[] };
    expect(status.ready).toBe(false);
    expect(status.channels.map(({ name }) => name)).toEqual(['mychannel']);
    expect(status.channels[0]?.height).toBeGreaterThan(0);
    const connection = await weft('connection', '--admin', '--org', 'org1', '--network', 'it-first');
    expect(connection.exitCode, connection.stderr).toBe(0);
  });
});

describe('a description that is wrong', () => {
  const wrong: readonly (readonly [what: string, description: string, sentence: RegExp])[] = [
    [
      'an unknown field',
      `name: ${NEVER}\norganisations: []\n${ORGANIZATIONS}`,
      /2:1 +organisations +is not a known field; did you mean "organizations"\?/,
    ],
    [
      'a wrong type',
      `name: ${NEVER}\norganizations: [{ name: org1, orderers: two }]`,
      /2:41 +organizations\[0\]\.orderers +must be a whole number from 0 to 100, or a list of nodes \(found "two"\)/,
    ],
    [
      'a node that is there twice',
      `name: ${NEVER}\norganizations: [{ name: org1, orderers: [{ name: orderer1 }, { name: orderer1 }] }]`,
      /organizations\[0\]\.orderers\[1\]\.name +"orderer1" is already the name of organizations\[0\]\.orderers\[0\]/,
    ],
    [
      'a name that is too long for Kubernetes',
      `name: ${NEVER}\norganizations: [{ name: org1, orderers: [{ name: ${'o'.repeat(64)} }] }]`,
      /organizations\[0\]\.orderers\[0\]\.name +must have at most 63 characters/,
    ],
    [
      'a name that is too long together with its organization',
      `name: ${NEVER}\norganizations: [{ name: organization-of-thirty-characters, orderers: [{ name: ${'o'.repeat(40)} }] }]`,
      /organizations\[0\]\.orderers\[0\]\.name .*characters/,
    ],
    [
      'names that are not DNS-safe',
      'name: It_Refused\norganizations: [{ name: Org.1, orderers: 1 }]',
      /2 issues\. Nothing was started\.\n +1:7 +name +must be lower-case .*\n +2:25 +organizations\[0\]\.name +must be lower-case/,
    ],
    [
      'two organizations with one MSP ID',
      `name: ${NEVER}\norganizations: [{ name: org1, mspId: OneMSP, orderers: 1 }, { name: org2, mspId: OneMSP, peers: 1 }]`,
      /organizations\[1\]\.mspId +"OneMSP" is already the MSP ID of organizations\[0\]/,
    ],
    [
      'no orderers',
      `name: ${NEVER}\norganizations: [{ name: org1, peers: 1 }]`,
      /organizations +have no orderers: a network needs at least one/,
    ],
    ['nothing', '', /standard input is empty/],
    ['something that is not YAML', `name: [${NEVER}\n  : ][`, /2:6 +is not valid YAML: /],
    ['a list', '[org1, org2]', /must be a mapping/],
  ];

  test.for(wrong)('is refused: %s', async ([, description, sentence]) => {
    const ended = await startCommand(['up', '-f', '-'], description).ended;
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^✖ standard input: \d issues?\. Nothing was started\.\n/);
    expect(ended.stderr).toMatch(sentence);
    await expectNothingTouched();
  });

  const wrongAboutChannels: readonly (readonly [what: string, change: Wrong, sentence: RegExp])[] = [
    [
      'a channel of an unknown organization',
      { channel: 'peers: [org1, org3]' },
      /channels\[0\]\.peers\[1\] +"org3" is no organization; did you mean "org\d"\?/,
    ],
    [
      'a policy of a channel that names an unknown organization',
      { channel: `policies: { application: { admins: "OR('Org1MSP.admin', 'Org7MSP.admin')" } }` },
      /channels\[0\]\.policies\.application\.admins +names "Org7MSP", but no organization has this MSP ID/,
    ],
    [
      'an endorsement policy that does not parse',
      { chaincode: `image: basic, endorsementPolicy: "AND('Org1MSP.peer', "` },
      /chaincodes\[0\]\.endorsementPolicy +cannot be read: at column 21 there must be a role in quotes/,
    ],
    [
      'a collection of an organization that is not in the channel',
      {
        chaincode: `image: basic, collections: [{ name: private, policy: "OR('Org1MSP.member', 'OrdererMSP.member')" }]`,
      },
      /chaincodes\[0\]\.collections\[0\]\.policy +names "OrdererMSP", but org0 is no member of channel mychannel/,
    ],
    [
      'BFT with three orderers',
      { version: '3.1.0', channel: 'consensus: bft' },
      /channels\[0\]\.orderers +must be at least 4 nodes for bft, as fewer do not survive the loss of one \(found 3\)/,
    ],
    [
      'BFT with Fabric 2.5',
      { orderers: 4, channel: 'consensus: bft' },
      /channels\[0\]\.consensus +bft needs Fabric 3\.0 or later \(fabric\.version is 2\.5\.9\)/,
    ],
    [
      'a chaincode with both an image and an address',
      { chaincode: 'image: basic, address: "host.docker.internal:9999"' },
      /chaincodes\[0\]\.address +excludes image: either Weft runs the chaincode from its image, or somebody else at its address/,
    ],
  ];

  test.for(wrongAboutChannels)('is refused: %s', async ([, change, sentence]) => {
    const ended = await startCommand(['up', '-f', '-'], withChannel(change)).ended;
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    // The issue and nothing that follows from it.
    expect(ended.stderr).toMatch(/^✖ standard input: 1 issue\. Nothing was started\.\n/);
    expect(ended.stderr).toMatch(sentence);
    await expectNothingTouched();
  });

  test('is refused with one document in JSON', async () => {
    const ended = await startCommand(['up', '-f', '-', '-o', 'json'], 'name: It_Refused').ended;
    expect(ended).toMatchObject({ exitCode: 2 });
    expect(JSON.parse(ended.stdout)).toMatchObject({ outcome: 'failed', failure: { message: /2 issues/ } });
  });

  test.for([
    ['that does not exist', '/nowhere/network.yaml', '/nowhere/network.yaml does not exist'],
    ['that is a folder', '/tmp', '/tmp is a folder, not a file'],
  ])('is refused in a file %s', async ([, file = '', sentence = '']) => {
    const ended = await weft('up', '-f', file);
    expect(ended).toMatchObject({ exitCode: 2, stdout: '', stderr: `✖ ${sentence}. Nothing was started.` });
  });
});

describe('a Temporal or a cluster that cannot be used', () => {
  test('no Temporal at the address: exit code 4 within seconds', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const ended = await timed(() => networkOf(NEVER, { TEMPORAL_ADDRESS: address }).up().ended);
    expect(ended).toMatchObject({ exitCode: 4, stdout: '' });
    expect(ended.stderr).toContain(
      `✖ no Temporal server answers at ${address}: connection refused. Nothing was started.`,
    );
    expect(ended.seconds).toBeLessThan(SOON_SECONDS);
    await expectNothingTouched();
  });

  test('no worker for the cluster: exit code 4 within seconds, with the command that starts one', async () => {
    const { forCommands } = await kubeconfigOf('it-nobody', {});
    const ended = await timed(() => networkOf(NEVER, forCommands).up().ended);
    expect(ended).toMatchObject({ exitCode: 4, stdout: '' });
    expect(ended.stderr).toMatch(
      /✖ no worker polls task queue weft-it-nobody of Temporal at \S+\. Nothing was started\./,
    );
    expect(ended.stderr).toMatch(/Start one, and leave it running: weft worker --kubeconfig \S+ --context it-nobody/);
    expect(ended.seconds).toBeLessThan(SOON_SECONDS);
    await expectNothingTouched('it-nobody');
  });

  test('a cluster that does not answer: exit code 4 in some seconds, naming its address', async () => {
    const server = `https://127.0.0.1:${await freePort()}`;
    const network = await networkOn('it-dead', { server });
    const ended = await timed(() => network.up('-o', 'json').ended);
    expect(ended).toMatchObject({ exitCode: 4 });
    expect(ended.stderr).toMatch(/✖ it-refused: .*127\.0\.0\.1:\d+/);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      outcome: 'failed',
      steps: [{ step: 'checkCluster', outcome: 'failed' }],
      failure: { type: 'ClusterUnreachable' },
    });
    expect(ended.seconds).toBeLessThan(SOON_SECONDS);
    await expectNoNamespace();
  });

  test('credentials that lack rights: exit code 3, naming each', async () => {
    await allow('it-rights', [
      { apiGroups: [''], resources: ['events', 'pods/log'], verbs: ['get', 'list'] },
      { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['pods', 'services', 'configmaps', 'secrets'], verbs: ['*'] },
      { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['*'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
    ]);
    const network = await networkOn('it-rights', {
      token: await serviceAccountToken(cluster, { name: 'it-rights', namespace: 'it-rights' }),
    });
    network.describe({ ...SMALLEST, kubernetes: { namespace: 'it-rights' } });
    const ended = await network.up('-o', 'json').ended;
    expect(ended).toMatchObject({ exitCode: 3 });
    for (const right of [
      'get namespaces',
      'create deployments.apps',
      'patch deployments.apps',
      'get pods/portforward',
      'create pods/portforward',
    ]) {
      expect(ended.stderr).toContain(`${right} in namespace it-rights`);
    }
    expect(ended.stderr).not.toContain('secrets');
    expect(JSON.parse(ended.stdout)).toMatchObject({ outcome: 'failed', failure: { type: 'ClusterForbidden' } });
    await expectNoNamespace();
  });

  test('a storage class that does not exist: exit code 1, naming those that do', async () => {
    const network = networkOf();
    network.describe({ ...SMALLEST, kubernetes: { storageClass: 'it-none' } });
    const ended = await network.up('-o', 'json').ended;
    expect(ended).toMatchObject({ exitCode: 1 });
    expect(ended.stderr).toMatch(
      /There is no storage class it-none\. The cluster has: \S.*\. Nothing was touched\.\n +Change kubernetes\.storageClass in the description to one of: /,
    );
    expect(JSON.parse(ended.stdout)).toMatchObject({ outcome: 'failed', failure: { type: 'StorageClassMissing' } });
    await expectNoNamespace();
  });
});

describe('a network that is taken', () => {
  test('by a run with another description: exit code 7, naming the run', async () => {
    const network = networkOf();
    await forbidNew(cluster, network.name, 'persistentvolumeclaims');
    const first = network.up();
    await first.said(/waiting .*QuotaExceeded/, 60_000);
    const run = await network.latestRun();

    network.describe({ organizations: [{ name: 'org1', orderers: 1, peers: 2 }] });
    const second = await network.up().ended;
    expect(second).toMatchObject({ exitCode: 7, stdout: '' });
    expect(second.stderr).toMatch(
      /✖ another run holds it-refused: `up` with another description, started at [\d:]+ by \S+\. Nothing was started\.\n +Watch it: weft watch it-refused\n +Stop it: +weft cancel it-refused/,
    );
    const down = await network.weft('down', '--yes');
    expect(down).toMatchObject({ exitCode: 7 });
    expect(await network.latestRun()).toEqual({ ...run, status: 'running' });
    await weft('cancel', network.name);
    expect(await first.ended).toMatchObject({ exitCode: 8 });
  });

  test('by a run that somebody started by hand for the same: `weft up` watches it', async () => {
    const network = networkOf();
    await forbidNew(cluster, network.name, 'persistentvolumeclaims');
    await startByHand(network.workflowId, [JSON.stringify({ name: network.name, ...SMALLEST })]);
    const run = await network.latestRun();

    const up = network.up();
    await up.said(/The same run is under way since [\d:]+: watching it\.\n[^]*waiting .*QuotaExceeded/, 60_000);
    network.describe({ organizations: [{ name: 'org1', orderers: 1, peers: 2 }] });
    const other = await network.up().ended;
    expect(other).toMatchObject({ exitCode: 7, stdout: '' });
    expect(other.stderr).toMatch(/✖ another run holds it-refused: `up` with another description, started at [\d:]+\./);
    expect(await network.latestRun()).toEqual({ ...run, status: 'running' });
    await weft('cancel', network.name);
    const ended = await up.ended;
    expect(ended.exitCode, ended.stderr).toBe(8);
  });

  test('by an object of somebody else: exit code 1, naming the object, which stays as it is', async () => {
    const network = networkOf();
    await applyNamespace(cluster, network.name);
    const path = `/api/v1/namespaces/${network.name}/configmaps`;
    const reference = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: network.name, name: 'org1-config' },
    };
    await applyForeign(cluster, path, { ...reference, data: { owner: 'somebody else' } });
    const before = await observe(cluster, reference);

    const ended = await network.up('-o', 'json').ended;
    expect(ended).toMatchObject({ exitCode: 1 });
    expect(ended.stderr).toMatch(
      /✖ org1: ConfigMap org1-config in namespace it-refused exists but was not made by Weft/,
    );
    expect(JSON.parse(ended.stdout)).toMatchObject({ outcome: 'failed', failure: { type: 'ObjectNotOwned' } });
    expect(await observe(cluster, reference)).toEqual(before);
  });
});

describe('a workflow that somebody starts by hand', () => {
  const workflowId = networkWorkflowId(clusterName(), NAME);
  const garbage: readonly (readonly [what: string, inputs: readonly string[], issues: readonly RegExp[]])[] = [
    ['a text', ['"test-network.yaml"'], [/must be a mapping/]],
    ['nothing', [], [/must be a mapping/]],
    [
      'wrong types',
      ['{"name": 7, "organizations": [{"name": "org1", "orderers": "two", "pears": 1}]}'],
      [/^name .*/m, /^organizations\[0\]\.orderers .*/m, /^organizations\[0\]\.pears is not a known field/m],
    ],
  ];

  test.for(garbage)('with %s for a description fails at once, with every issue', async ([, inputs, issues]) => {
    const { ending, seconds } = await applyByHand(temporal, workflowId, inputs);
    const { type, message } = failureOf(ending);
    expect(type).toBe('InvalidDescription');
    expect(message).toMatch(/^The network description is not valid\. Nothing was started\.\n/);
    for (const issue of issues) expect(message).toMatch(issue);
    expect(seconds).toBeLessThan(SOON_SECONDS);
    await expectNoNamespace();
  });

  test('under an id that is not the lock on the network fails at once, with the right id', async () => {
    const description = JSON.stringify({ name: NAME, ...SMALLEST });
    const { ending } = await applyByHand(temporal, 'it-refused-by-hand', [description]);
    expect(failureOf(ending)).toMatchObject({
      type: 'InvalidWorkflowId',
      message: expect.stringContaining(`network/<cluster>/${NAME}`) as unknown,
    });
    await expectNoNamespace();
  });
});

function failureOf(ending: RunEnding): { readonly type: string; readonly message: string } {
  if (ending.kind === 'failed') return ending.failure;
  throw new Error(`The run did not fail: ${JSON.stringify(ending)}`);
}

async function timed(run: () => Promise<Ended>): Promise<Ended & { readonly seconds: number }> {
  const begun = performance.now();
  const ended = await run();
  return { ...ended, seconds: (performance.now() - begun) / 1000 };
}

/** No run was started, and no namespace was made. */
async function expectNothingTouched(clusterOfRun = clusterName()): Promise<void> {
  expect(await temporal.describe({ workflowId: networkWorkflowId(clusterOfRun, NEVER) })).toBeUndefined();
  await expectNoNamespace(NEVER);
}

async function expectNoNamespace(name = NAME): Promise<void> {
  expect(await observe(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })).toBeUndefined();
}

async function kubeconfigOf(context: string, changes: KubeconfigChanges): Promise<Kubeconfig> {
  const kubeconfig = await writeKubeconfig(context, changes);
  left.push(kubeconfig.remove);
  return kubeconfig;
}

/** A network on a cluster of its own name, with a worker of its own. */
async function networkOn(context: string, changes: KubeconfigChanges): Promise<FaultyNetwork> {
  const { forCommands, forWorkers } = await kubeconfigOf(context, changes);
  const own = await startWorker(forWorkers);
  left.push(own.stop);
  return networkOf(NAME, forCommands);
}

interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Makes a namespace with a ServiceAccount of the same name that has these rights in it, and no others. */
async function allow(name: string, rules: readonly PolicyRule[]): Promise<void> {
  const rbac = 'rbac.authorization.k8s.io';
  const metadata = { name, namespace: name };
  left.push(() => removeNamespace(cluster, name));
  await applyNamespace(cluster, name);
  await applyForeign(cluster, `/api/v1/namespaces/${name}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata,
  });
  await applyForeign(cluster, `/apis/${rbac}/v1/namespaces/${name}/roles`, {
    apiVersion: `${rbac}/v1`,
    kind: 'Role',
    metadata,
    rules,
  });
  await applyForeign(cluster, `/apis/${rbac}/v1/namespaces/${name}/rolebindings`, {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: rbac, kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: name }],
  });
}
