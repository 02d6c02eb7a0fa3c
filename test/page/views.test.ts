import { describe, expect, it } from 'vitest';

import { keepLook, keepWorkers } from '../../src/database/index.ts';
import { barriers, fitsItsWindow } from './support/browser.ts';
import { condition, seedConditions, seedNetwork, seedRun, stepOf, THREE_NODES } from './support/seed.ts';
import { site } from './support/visit.ts';

let failedRun = '';
let openRun = '';
let waitingRun = '';

const theSite = site({
  seed: async (database) => {
    const small = await seedNetwork(database, THREE_NODES);
    await seedConditions(database, small, [
      condition('OrderersReady', 'True', 'All orderers answer.'),
      condition('PeersInStep', 'False', 'org1/peer1 does not answer.', 'NotReady'),
    ]);
    const ending = {
      owner: 'org1/peer1',
      serial: '02',
      notAfter: new Date(Date.now() + 10 * 24 * 3_600_000).toISOString(),
    };
    const later = {
      owner: 'org1/admin',
      serial: '03',
      notAfter: new Date(Date.now() + 400 * 24 * 3_600_000).toISOString(),
    };
    const found = { network: 'small', ready: false, conditions: [], nodes: [], channels: [], chaincodes: [] };
    const certificates = [later, ending].map((one) => ({ ...one, use: 'tls' as const }));
    await keepLook(database, small.id, { ...found, certificates }, new Date());
    const run = await seedRun(
      database,
      small,
      [
        stepOf('org1/ca', 'applyDeployment', 'created'),
        stepOf('org1/peer1', 'applyDeployment', 'failed', { attempts: 3, reason: 'ImagePullFailed: no such image' }),
      ],
      {
        state: 'failed',
        error: {
          type: 'ImagePullFailed',
          message: 'org1-peer1: no such image',
          details: [{ remedy: { kind: 'fixImage' } }],
        },
      },
    );
    failedRun = run.id;
    const other = await seedNetwork(database, THREE_NODES.replace('name: small', 'name: going'));
    const going = await seedRun(database, other, [
      stepOf('org1/peer1', 'applyDeployment', 'running', { attempts: 2, reason: 'no such image' }),
    ]);
    openRun = going.id;
    const elsewhere = THREE_NODES.replace('name: small', 'name: elsewhere').replace(
      'name: org1,',
      'name: org1, cluster: prod-eu,',
    );
    waitingRun = (await seedRun(database, await seedNetwork(database, elsewhere), [])).id;
    const seenAt = new Date(Date.now() - 60_000);
    await keepWorkers(database, 'local', { cluster: 'prod-eu', isPolled: false, seenAt }, new Date());
  },
});

describe('the first view', () => {
  it('lists the networks with their state and the reason of the worst check', async () => {
    const page = await theSite().visit('/');
    const row = page.getByRole('row', { name: /small/ });
    await row.getByText('Not ready').waitFor();
    expect(await row.textContent()).toContain('PeersInStep: org1/peer1 does not answer.');
  });
});

describe('a cluster without a worker', () => {
  it('is told where networks are listed, of a network there, and of a run that waits', async () => {
    const { visit, address } = theSite();
    const page = await visit('/');
    await page.getByRole('row', { name: /elsewhere .* No worker for prod-eu since 1m/ }).waitFor();
    for (const path of ['/networks/elsewhere', `/runs/${waitingRun}`]) {
      await page.goto(`${address}${path}`);
      await page.getByText(/^No worker for prod-eu since 1m/).waitFor();
    }
  });
});

describe('an API that does not answer', () => {
  it('is told of above what was seen before, until it answers again', async () => {
    const page = await theSite().visit('/networks/small');
    await page.getByRole('heading', { name: 'Topology' }).waitFor();
    await page.route('**/v1/**', (route) => route.abort('connectionrefused'));
    const told = page.getByText('What is shown is from before');
    await told.waitFor();
    await page.getByRole('heading', { name: 'Topology' }).waitFor();
    expect(await page.getByText('NO_ANSWER').count()).toBe(0);
    await page.unroute('**/v1/**');
    await told.waitFor({ state: 'detached' });
  });
});

describe('a network', () => {
  it('is gone through by its tabs, of which the one that is shown is marked', async () => {
    const page = await theSite().visit('/networks/small/certificates');
    const current = page.getByRole('navigation').locator('[aria-current=page]');
    for (const [tab, path] of [
      ['History', '/history'],
      ['Description', '/description'],
      ['Revisions', '/revisions'],
      ['Certificates', '/certificates'],
      ['Overview', ''],
    ] as const) {
      await page.getByRole('navigation').getByRole('link', { name: tab }).click();
      await page.waitForURL((url) => url.pathname === `/networks/small${path}`);
      await expect.poll(() => current.allTextContents()).toEqual([tab]);
    }
  });
});

describe('a run', () => {
  it('shows why it failed, what helps, and the failed step first', async () => {
    const page = await theSite().visit(`/runs/${failedRun}`);
    await page.getByText('org1-peer1: no such image').first().waitFor();
    await page.getByText('Make the image available to the cluster').waitFor();
    const steps = await page.getByRole('row').allTextContents();
    expect(steps[2]).toContain('applyDeploymentFailed3');
  });
});

describe('the certificates of a network', () => {
  it('are listed with those that end first before the others, and say which end within days', async () => {
    const page = await theSite().visit('/networks/small/certificates');
    await page.getByText('Ends within days').waitFor();
    const rows = await page.getByRole('row').allTextContents();
    expect(rows.slice(1).map((row) => row.slice(0, 10))).toEqual(['org1/peer1', 'org1/admin']);
    expect(await barriers(page)).toEqual([]);
    expect(await fitsItsWindow(page)).toBe(true);
  });
});

describe('a run that goes on', () => {
  it('is followed by the stream of its events, and tells the attempts of a step with their reasons', async () => {
    const page = await theSite().visit('/');
    const following = page.waitForResponse((response) => response.url().endsWith('/events'));
    await page.goto(`${theSite().address}/runs/${openRun}`);
    await page.getByText('0 of 1 steps are done').waitFor();
    expect((await following).headers()['content-type']).toContain('text/event-stream');
    await page.getByRole('button', { name: 'Attempts of applyDeployment on org1/peer1' }).click();
    await page.getByRole('dialog').getByRole('cell', { name: 'no such image' }).first().waitFor();
    expect(await barriers(page)).toEqual([]);
  });

  it('is paused with a reason, which it is told', async () => {
    const { visit, temporal, api } = theSite();
    const begun = await api.inject({
      method: 'PUT',
      url: '/v1/networks/paused',
      headers: { 'content-type': 'application/yaml' },
      payload: THREE_NODES.replace('name: small', 'name: paused'),
    });
    const { id } = begun.json<{ id: string }>();
    const pause = { by: 'ana', reason: 'lunch', since: '2026-11-26T10:00:00.000Z' };
    temporal.answerUpdate = () => ({ changed: true, pause });
    const page = await visit(`/runs/${id}`);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    const confirm = page.getByRole('button', { name: 'Pause the run' });
    await confirm.waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel('Reason').fill('lunch');
    await confirm.click();
    await page.getByText('It is paused: lunch').waitFor();
    expect(temporal.updates.at(-1)).toMatchObject({ name: 'pause', argument: { reason: 'lunch' } });
  });
});

const VIEWS = (): readonly (readonly [string, string])[] => [
  ['networks', '/'],
  ['a network', '/networks/small'],
  ['history', '/networks/small/history'],
  ['a run', `/runs/${failedRun}`],
  ['a place that is not there', '/nowhere'],
];

it('every view fits a window whose letters are twice as large', async () => {
  const { visit, address } = theSite();
  const page = await visit('/');
  for (const [name, path] of VIEWS()) {
    await page.goto(`${address}${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.evaluate('document.documentElement.style.fontSize = "200%"');
    await page.waitForLoadState('networkidle');
    expect({ name, fits: await fitsItsWindow(page) }).toEqual({ name, fits: true });
  }
});

describe.each(['light', 'dark'] as const)('in %s colours', (colors) => {
  it.each([1280, 360])('every view is without barriers and fits a window of %d pixels', async (width) => {
    const page = await theSite().visit('/', { colors, width });
    for (const [name, path] of VIEWS()) {
      await page.goto(`${theSite().address}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      expect({ name, barriers: await barriers(page) }).toEqual({ name, barriers: [] });
      expect({ name, fits: await fitsItsWindow(page) }).toEqual({ name, fits: true });
    }
  });
});
