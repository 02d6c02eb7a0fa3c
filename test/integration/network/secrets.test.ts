import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { list, observe, type Cluster } from '../../../src/kubernetes/index.ts';
import { REGISTRAR_PASSWORD } from '../../../src/activities/identities/registrar.ts';
import { certificateAuthorityObjects } from '../../../src/spec/index.ts';
import { eventually } from '../../support/eventually.ts';
import { exampleChaincode } from '../../support/example-chaincode.ts';
import { clusterName, startWorker, testCluster, weft, type Ended, type TestWorker } from '../../support/weft.ts';
import { describedNetwork, SMALLEST, type DescribedNetwork } from './described-network.ts';
import { runsOf, type RecordedRun } from './histories.ts';
import { dataOf } from './objects.ts';
import { leaksIn, secretsIn, type Secret } from './secret-scan.ts';

/*
 * What Weft writes about its runs, in Temporal's histories, its worker's log and its own output, holds no secret. The
 * runs that are looked at include one in which the CA refuses a password, and one in which everything is asked in detail.
 */

const NAME = 'it-secrets';

const REFUSED = { origin: 'a secret that the CA refuses', value: randomBytes(24).toString('base64url') };

let cluster: Cluster;
let worker: TestWorker;
let testNetwork: DescribedNetwork;
let secrets: Secret[];
let runs: RecordedRun[];
const { config: CA_CONFIG, registrar: REGISTRAR } = certificateAuthorityObjects({ name: 'org1' });

/** Everything that commands wrote, to stdout and stderr. */
let output = '';

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  testNetwork = await describedNetwork(NAME, {
    organizations: SMALLEST,
    channels: [{ name: 'trade', batch: { timeout: '500ms' } }],
    chaincodes: [{ name: 'basic', version: '1.0', image: await exampleChaincode() }],
  });
  expect(await command('up', '-v', '-o', 'json')).toBe(0);
  secrets = await currentSecrets();

  // The registrar loses its certificates, and with a wrong password it cannot get others.
  const kept = await dataOf(cluster, 'Secret', NAME, CA_CONFIG);
  await writeSecret(CA_CONFIG, { ...kept, [REGISTRAR_PASSWORD]: REFUSED.value });
  await cluster.request({
    method: 'DELETE',
    path: `/api/v1/namespaces/${NAME}/secrets/${REGISTRAR}`,
    purpose: 'take the certificates of the registrar of org1 away',
  });
  expect(await command('up', '-v')).toBe(1);
  await writeSecret(CA_CONFIG, kept);
  expect(await command('up', '--progress', 'json', '-v')).toBe(0);
  expect(await command('plan', '--all', '-v')).toBe(0);
  expect(await call('invoke', 'CreateAsset', 'car', 'red', '5', 'Amara', '300')).toBe(0);
  expect(await call('query', 'GetAllAssets', '-o', 'json')).toBe(0);
  expect(await command('status', '-o', 'wide', '-v')).toBe(0);
  secrets = [...secrets, ...(await currentSecrets()), REFUSED];
  expect(await command('down', '--yes', '-v')).toBe(0);
  runs = await eventually(async () => {
    const found = await runsOf(clusterName(), NAME);
    const types = new Set(found.map(({ type }) => type));
    // Temporal lists a run a moment after it was started.
    if (found.length < EXPECTED_RUNS) throw new Error(`${found.length} runs: ${[...types].join(', ')}`);
    return found;
  }, LISTED_MS);
});

afterAll(async () => {
  await testNetwork.remove(cluster);
  await worker.stop();
  await cluster.close();
});

describe('the scan', () => {
  it('knows every private key and password of the network', () => {
    const origins = new Set(secrets.map(({ origin }) => origin));
    expect([...origins].sort()).toEqual(
      [
        REFUSED.origin,
        'org1-admin-ca/key.pem',
        'org1-ca-config/registrar-password',
        'org1-ca-registrar/key.pem',
        'org1-ca-tls/tls.key',
        'org1-metrics-client/tls.key',
        'org1-operations-ca/key.pem',
        ...['org1-admin', 'org1-orderer1', 'org1-peer1', 'org1-ccaas-trade-basic'].flatMap((identity) => [
          `${identity}-msp/key.pem`,
          `${identity}-tls/key.pem`,
        ]),
      ].sort(),
    );
    for (const { value } of secrets) expect(value.length).toBeGreaterThanOrEqual(32);
  });

  it('looks at the whole story: the runs of the network and of its parts, plans and looks, the failed run too', () => {
    const kinds = runs.map(({ workflowId, type }) => `${type} ${workflowId.split('/').slice(0, 1).join('/')}`);
    expect(new Set(kinds)).toEqual(
      new Set([
        'applyNetwork network',
        'startOrganization network',
        'createLocalMsps network',
        'createChannel network',
        'deployChaincode network',
        'removeNetwork network',
        // Of organizations that are as described, which need no child workflow.
        'applyNetwork plan',
        'createChannel plan',
        'deployChaincode plan',
        'inspectNetwork status',
      ]),
    );
    // What activities were given and gave back is there in plain words, and so is what the CA said.
    const all = runs.map(({ history }) => history).join('\n');
    const words = [
      ...['enrollIdentity', 'org1-peer1.org1.example.com', '\\"outcome\\":\\"created\\"'],
      ...['joinPeer', 'approveChaincode', 'commitChaincode'],
    ];
    for (const word of [...words, 'CertificateAuthorityRejected']) expect(all.includes(word), word).toBe(true);
    expect(output).toContain('✖ org1/ca: ');
    expect(worker.log().length).toBeGreaterThan(0);
  });

  it.each([
    ['as it is', (secret: string) => secret],
    ['in JSON', (secret: string) => JSON.stringify({ secret })],
    ['in JSON within JSON', (secret: string) => JSON.stringify(JSON.stringify({ secret }))],
    ['in base64', (secret: string) => Buffer.from(secret).toString('base64')],
    ['in base64 behind something else', (secret: string) => Buffer.from(`org1-peer1:${secret}`).toString('base64')],
    ['in base64url, as in a JSON web token', (secret: string) => Buffer.from(`{"s":"${secret}`).toString('base64url')],
    ['in hexadecimal', (secret: string) => Buffer.from(secret).toString('hex')],
  ])('finds each secret that is planted %s in a copy of a history', (_, form) => {
    const history = runs[0]?.history ?? '';
    const middle = history.length / 2;
    for (const secret of secrets) {
      const planted = history.slice(0, middle) + form(secret.value) + history.slice(middle);
      expect(leaksIn(planted, secrets)).toContain(secret.origin);
    }
  });

  it('finds a key that nobody knows', () => {
    const canary = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n';
    for (const text of [canary, JSON.stringify(canary), Buffer.from(canary).toString('base64')]) {
      expect(leaksIn(`before ${text} after`, secrets)).toEqual(['PRIVATE KEY']);
    }
  });
});

describe('no secret is', () => {
  it("in Temporal's histories, of parents and children", () => {
    const leaks = runs.flatMap(({ workflowId, history }) =>
      leaksIn(history, secrets).map((leak) => `${workflowId}: ${leak}`),
    );
    expect(leaks).toEqual([]);
  });

  it("in the worker's log", () => {
    expect(leaksIn(worker.log(), secrets)).toEqual([]);
  });

  it('in what the commands print, with -v too', () => {
    expect(leaksIn(output, secrets)).toEqual([]);
  });
});

/** Two bring-ups with three parts each and one that fails in its first part, a plan with three parts, a look, a removal. */
const EXPECTED_RUNS = 2 * 4 + 2 + 4 + 1 + 1;

const LISTED_MS = 30_000;

function command(name: 'up' | 'plan' | 'status' | 'down', ...flags: readonly string[]): Promise<number> {
  return outputOf(testNetwork.weft(name, ...flags));
}

function call(kind: 'invoke' | 'query', ...parameters: readonly string[]): Promise<number> {
  return outputOf(weft('chaincode', kind, 'basic', ...parameters, '-v', '-f', testNetwork.file));
}

async function outputOf(running: Promise<Ended>): Promise<number> {
  const { exitCode, stdout, stderr } = await running;
  output += `${stdout}\n${stderr}\n`;
  return exitCode;
}

async function currentSecrets(): Promise<Secret[]> {
  return secretsIn(await list(cluster, { apiVersion: 'v1', kind: 'Secret' }, { namespace: NAME }));
}

async function writeSecret(name: string, data: Readonly<Record<string, string>>): Promise<void> {
  const reference = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: NAME, name } };
  const live = await observe(cluster, reference);
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')] as const);
  await cluster.request({
    method: 'PATCH',
    path: `/api/v1/namespaces/${NAME}/secrets/${name}`,
    contentType: 'application/merge-patch+json',
    body: { ...live, data: Object.fromEntries(encoded) },
    confidential: true,
    purpose: `change Secret ${name}`,
  });
}
