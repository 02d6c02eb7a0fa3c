import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { signInLink } from '../../src/cli/service/open.ts';
import { observe, type Cluster } from '../../src/kubernetes/index.ts';
import {
  barriers,
  launchBrowser,
  newVisitor,
  SAID_BY_EDITORS,
  watch,
  writeDescription,
} from '../page/support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { startWeft, startWorker, testCluster, type RunningWeft, type TestWorker } from '../support/weft.ts';
import { writeKubeconfig, type Kubeconfig } from './faults/kubeconfigs.ts';
import { describedNetwork, type DescribedNetwork } from './network/described-network.ts';

/*
 * A network from its first line to its end by the page alone, with the API, worker, Temporal and cluster that there are; only what breaks is broken by other means.
 */

/** The tests' cluster under a name of its own: the API is not to find the networks of other tests. */
const CLUSTER = 'it-page';
const NAME = 'it-page';
const PEER = 'org1-peer1';
const NO_IMAGE = 'registry.invalid/no-such-peer:1';

/** A run takes up to half a minute, and two files of tests share the machine. */
const PATIENCE_MS = 120_000;
const API_START_MS = 60_000;

function described(batch: object): Parameters<DescribedNetwork['describe']>[0] {
  return {
    organizations: [{ name: 'org1', orderers: 1, peers: 1 }],
    channels: [{ name: 'mychannel', orderers: ['org1'], peers: ['org1'], batch }],
  };
}

let cluster: Cluster;
let context: Kubeconfig;
let worker: TestWorker;
let network: DescribedNetwork;
let folder: string;
let port: number;
let api: RunningWeft;
let page: Page;
const wrong: string[] = [];
/** Ends what was begun, the last first, however far it has come. */
const endings: (() => Promise<unknown>)[] = [];

/** Starts `weft api` at the address that it had, and waits until it is there. */
async function startApi(): Promise<void> {
  const files = ['--database', join(folder, 'database'), '--write-token', join(folder, 'token')];
  const flags = ['--listen', `127.0.0.1:${port}`, '--look-every', '5s', ...files];
  api = startWeft(['api', ...flags], { variables: context.forCommands });
  await eventually(() => {
    if (api.stderr().includes('are at http')) return Promise.resolve();
    return Promise.reject(new Error(`The API does not listen:\n${api.stderr()}`));
  }, API_START_MS);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-it-page-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  cluster = testCluster();
  endings.push(() => cluster.close());
  context = await writeKubeconfig(CLUSTER, {});
  endings.push(() => context.remove());
  port = await freePort();
  endings.push(() => {
    api.kill('SIGTERM');
    return api.ended;
  });
  await Promise.all([
    startApi(),
    startWorker(context.forWorkers).then((started) => {
      worker = started;
      endings.push(() => worker.stop());
    }),
  ]);
  network = await describedNetwork(NAME, described({ timeout: '500ms' }));
  endings.push(() => network.remove(cluster));
  endings.push(() => startWeft(['down', NAME, '--yes'], { variables: context.forCommands }).ended);
  const browser = await launchBrowser();
  endings.push(() => browser.close());
  const visitor = await newVisitor(browser);
  visitor.setDefaultTimeout(PATIENCE_MS);
  page = await visitor.newPage();
  watch(page, `http://127.0.0.1:${port}`, (what) => {
    if (!SAID_BY_EDITORS.test(what)) wrong.push(what);
  });
}, PATIENCE_MS);

afterAll(async () => {
  for (const end of endings.reverse()) await end();
}, PATIENCE_MS);

/** The state that stands beside the name of the network. */
function networkIs(word: string): Promise<void> {
  return page.locator('h1 + .state', { hasText: new RegExp(`^${word}$`) }).waitFor();
}

/** Plans what the editor has, and applies it once the plan says what is expected. */
async function planAndApply(expected: string): Promise<void> {
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByText(expected).first().waitFor();
  await page.getByRole('button', { name: 'Apply' }).click();
}

/** Waits for the end of the run that is shown. */
function runIsDone(): Promise<void> {
  return page
    .locator('.state', { hasText: /^Done$/ })
    .first()
    .waitFor();
}

describe('a network by the page', () => {
  it(
    'is described, planned and brought up, and is watched until it is ready though API and worker are killed meanwhile',
    async () => {
      const token = (await readFile(join(folder, 'token'), 'utf8')).trim();
      const address = `http://127.0.0.1:${port}`;
      await page.goto(`${address}/sign-in#link=${await signInLink({ address, token })}`);
      await page.getByText('No networks yet').waitFor();
      await page.getByRole('link', { name: 'New network' }).click();
      await writeDescription(page, await readFile(network.file, 'utf8'));
      await planAndApply('0 to change, 0 to remove');
      await page.getByText(/^[1-9]\d* of \d+ steps are done$/).waitFor();
      await page.getByRole('link', { name: NAME }).click();
      await page.getByLabel(/^ca of org1, ready/).waitFor();

      api.kill('SIGKILL');
      await Promise.all([api.ended, worker.kill()]);
      const unreachable = page.getByText('What is shown is from before');
      await unreachable.waitFor();
      [worker] = await Promise.all([startWorker(context.forWorkers), startApi()]);
      await unreachable.waitFor({ state: 'detached' });

      await networkIs('Ready');
      await page.getByLabel('peer1 of org1, ready, channel mychannel').waitFor();
      expect(await barriers(page)).toEqual([]);
    },
    PATIENCE_MS * 2,
  );

  it(
    'whose node has lost its image says so at that node, and is mended by the same description once more',
    async () => {
      await cluster.request({
        ...{ method: 'PATCH', path: `/apis/apps/v1/namespaces/${NAME}/deployments/${PEER}` },
        contentType: 'application/strategic-merge-patch+json',
        body: { spec: { template: { spec: { containers: [{ name: 'peer', image: NO_IMAGE }] } } } },
        purpose: 'break a node',
      });
      await networkIs('Not ready');
      const broken = page.getByLabel(/^peer1 of org1, not ready: .*no-such-peer/);
      await broken.click();
      await page.getByRole('dialog').getByText('no-such-peer').waitFor();
      expect(await barriers(page)).toEqual([]);
      await page.keyboard.press('Escape');

      await page.getByRole('link', { name: 'Description' }).click();
      await page.getByText('It is valid.').waitFor();
      await planAndApply('applyDeployment');
      await runIsDone();
      await page.getByRole('link', { name: NAME }).click();
      await networkIs('Ready');
    },
    PATIENCE_MS,
  );

  it(
    'gets a batch size that is changed in its description, and nothing else',
    async () => {
      await network.describe(described({ timeout: '500ms', maxMessageCount: 50 }));
      await page.getByRole('link', { name: 'Description' }).click();
      await writeDescription(page, await readFile(network.file, 'utf8'));
      await planAndApply('maxMessageCount');
      await runIsDone();
      const [changed] = await page.getByRole('row', { name: /submitConfigUpdate/ }).allTextContents();
      expect(changed).toContain('Updated');
      await page.getByRole('link', { name: NAME }).click();
      await page.getByRole('link', { name: 'Revisions' }).click();
      await page
        .getByRole('row', { name: /maxMessageCount/ })
        .getByText('50', { exact: true })
        .waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'has its certificates renewed, and is removed once its name was typed',
    async () => {
      await page.getByRole('button', { name: 'Renew certificates' }).click();
      await page.getByLabel('All', { exact: true }).check();
      await page.getByRole('button', { name: 'Renew', exact: true }).click();
      await page.getByRole('heading', { name: `Renew certificates of ${NAME}` }).waitFor();
      await runIsDone();
      await page.getByRole('link', { name: NAME }).click();
      await networkIs('Ready');

      await page.getByRole('button', { name: 'Remove', exact: true }).click();
      await page.getByLabel(`Type ${NAME} to confirm`).fill(NAME);
      await page.getByRole('button', { name: `Remove ${NAME}` }).click();
      await page.getByRole('heading', { name: `Remove ${NAME}` }).waitFor();
      await runIsDone();
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAME } };
      expect(await observe(cluster, namespace)).toBeUndefined();
      await page.getByRole('link', { name: 'Weft' }).click();
      await page.getByText('No networks yet').waitFor();
      expect(wrong).toEqual([]);
    },
    PATIENCE_MS,
  );
});
