import { readFile } from 'node:fs/promises';

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { createToken, recordAudit } from '../../src/database/index.ts';
import { updateEnvelope } from '../../src/fabric/index.ts';
import { NO_PROGRESS } from '../unit/client/fake-temporal.ts';
import { configUpdateOf } from '../unit/fabric/channel/config-update-of.ts';
import { barriers, fitsItsWindow } from './support/browser.ts';
import { seedNetwork, stepOf, THEN, THREE_NODES } from './support/seed.ts';
import { site } from './support/visit.ts';

const LARGER_BATCHES = THREE_NODES.replace('peers: [org1] }', 'peers: [org1], batch: { maxMessageCount: 50 } }');

let viewer = '';

/** No view has more places than that before its actions. */
const MOST_TABS = 20;

const theSite = site({
  seed: async (database) => {
    await seedNetwork(database, THREE_NODES);
    await seedNetwork(database, LARGER_BATCHES);
    await seedNetwork(database, `${LARGER_BATCHES}# Thought about again.\n`);
    const token = { name: 'vera', role: 'viewer', at: new Date(), by: 'tests' } as const;
    ({ secret: viewer } = await createToken(database, token));
    const call = { method: 'PUT', at: THEN, requestId: 'req-1' };
    for (const [who, resource, outcome, reason] of [
      ['ana', '/v1/networks/small', 'done', ''],
      ['ben', '/v1/networks/small', 'refused', 'PRECONDITION_FAILED'],
    ] as const) {
      await recordAudit(database, { ...call, who, resource, outcome, reason });
    }
  },
});

/** Signs a new window in as somebody who may only look. */
async function visitAsViewer(path: string): Promise<Page> {
  const { visit, address } = theSite();
  const page = await visit('/');
  // A token goes before what a program of this machine may do without one.
  await page.context().setExtraHTTPHeaders({ authorization: `Bearer ${viewer}` });
  await page.goto(`${address}${path}`);
  return page;
}

/** Begins a run whose channel waits for a signature; its envelope is as the run has it. */
async function awaitSignature(name: string): Promise<{ readonly id: string; readonly envelope: Buffer }> {
  const { api, temporal } = theSite();
  const begun = await api.inject({
    ...{ method: 'PUT', url: `/v1/networks/${name}`, headers: { 'content-type': 'application/yaml' } },
    payload: THREE_NODES.replace('name: small', `name: ${name}`),
  });
  const { id } = begun.json<{ id: string }>();
  const run = temporal.runs.at(-1);
  if (run === undefined) throw new Error('no run was begun');
  const channel = temporal.add({ ...run.request, workflowId: `${run.run.workflowId}/channels/mychannel` });
  const update = Buffer.from(configUpdateOf('mychannel'));
  channel.progress = {
    ...NO_PROGRESS,
    version: 1,
    steps: [stepOf('mychannel', 'awaitSignatures', 'running')],
    pendingUpdates: [
      {
        ...{ channel: 'mychannel', reason: 'adds Org3MSP', update: update.toString('base64'), signatures: [] },
        ...{ signedBy: ['Org1MSP'], awaited: ['Org9MSP'], unmet: ['/Channel/Application wants MAJORITY Admins'] },
      },
    ],
  };
  run.progress = { ...NO_PROGRESS, version: 1, children: [channel.run.workflowId] };
  return { id, envelope: Buffer.from(updateEnvelope({ channel: 'mychannel', update, signatures: [] })) };
}

describe('a run that waits for signatures', () => {
  it('says who has signed and who has not, gives the update as a file and takes it back signed', async () => {
    const { visit, temporal } = theSite();
    const { id, envelope } = await awaitSignature('unsigned');
    const page = await visit(`/runs/${id}`);
    const section = page.getByRole('region', { name: 'Signatures' });
    await section.getByText('Org9MSP').waitFor();
    await section.getByText('Org1MSP').waitFor();
    expect(await barriers(page)).toEqual([]);

    const downloading = page.waitForEvent('download');
    await section.getByRole('button', { name: 'Download the update of mychannel' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('unsigned-mychannel.pb');
    expect(await readFile(await download.path())).toEqual(envelope);

    temporal.answerUpdate = () => ({ added: ['Org9MSP'], awaited: [] });
    const signed = { name: 'signed.pb', mimeType: 'application/octet-stream', buffer: envelope };
    await section.getByLabel('Signed update of mychannel').setInputFiles(signed);
    await section.getByText('Taken: Org9MSP').waitFor();
    expect(temporal.updates.at(-1)).toMatchObject({
      ...{ name: 'addSignatures', argument: { envelope: envelope.toString('base64') } },
    });
  });

  it('is found from its network', async () => {
    const { id } = await awaitSignature('noted');
    const page = await theSite().visit('/networks/noted');
    await page.getByText('Signatures are awaited').waitFor();
    await page.getByRole('link', { name: 'who has to sign' }).click();
    await page.waitForURL(`**/runs/${id}`);
  });

  it('tells why what was handed in is not taken', async () => {
    const { id } = await awaitSignature('garbled');
    const page = await theSite().visit(`/runs/${id}`);
    const garbled = { name: 'a.pb', mimeType: 'application/octet-stream', buffer: Buffer.from('no envelope') };
    await page.getByLabel('Signed update of mychannel').setInputFiles(garbled);
    await page.getByText('INVALID_ENVELOPE').waitFor();
  });
});

describe('renewing certificates', () => {
  it('says what it does and is begun by a second click, for those that are due unless all are wanted', async () => {
    const { visit, temporal } = theSite();
    const page = await visit('/networks/small');
    await page.getByRole('button', { name: 'Renew certificates' }).click();
    const dialog = page.getByRole('dialog', { name: 'Renew certificates of small' });
    await dialog.getByText('restarts one node after the other').waitFor();
    expect(await barriers(page)).toEqual([]);
    await dialog.getByLabel('All', { exact: true }).check();
    await dialog.getByRole('button', { name: 'Renew', exact: true }).click();
    await page.getByRole('heading', { name: 'Renew certificates of small' }).waitFor();
    const run = temporal.runs.at(-1);
    expect(run?.request).toMatchObject({ type: 'renewNetwork', args: [{ network: 'small' }, { targets: 'all' }] });
    run?.end({ kind: 'cancelled' });
  });
});

describe('removing a network', () => {
  it('needs its name to be typed, and says what goes', async () => {
    const { visit, database, temporal } = theSite();
    await seedNetwork(database, THREE_NODES.replace('name: small', 'name: unwanted'));
    const page = await visit('/networks/unwanted');
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove unwanted' });
    await dialog.getByText('It is 1 organization with 3 nodes, and 1 channel.').waitFor();
    expect(await barriers(page)).toEqual([]);
    const remove = dialog.getByRole('button', { name: 'Remove unwanted' });
    await dialog.getByLabel('Type unwanted to confirm').fill('unwante');
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByLabel('Type unwanted to confirm').fill('unwanted');
    await dialog.getByLabel('Keep volumes and keys').check();
    await remove.click();
    await page.getByRole('heading', { name: 'Remove unwanted' }).waitFor();
    expect(temporal.runs.at(-1)?.request).toMatchObject({
      ...{ type: 'removeNetwork', args: [{ network: 'unwanted' }, { keepData: true }] },
    });
  });
});

describe('two revisions', () => {
  it('are compared by their fields and their texts, those of the address or else the last two', async () => {
    const page = await theSite().visit('/networks/small/revisions');
    await page.getByText('They mean the same: nothing but the text differs.').waitFor();
    await page.getByText('# Thought about again.').waitFor();
    await page.getByRole('combobox', { name: 'From' }).click();
    await page.getByRole('option', { name: 'Revision 1' }).click();
    const row = page.getByRole('row', { name: /channels\[mychannel\]\.batch/ });
    await row.getByText('50', { exact: true }).waitFor();
    expect(page.url()).toContain('from=1&to=3');
    await page.reload();
    await row.getByText('50', { exact: true }).waitFor();
  });
});

describe('the audit', () => {
  it('tells who has done what, and what was refused, of everybody or of one', async () => {
    const page = await theSite().visit('/');
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('row', { name: /ben PUT \/v1\/networks\/small Refused PRECONDITION_FAILED/ }).waitFor();
    await page.getByLabel('Who').fill('ana');
    await page.getByRole('row', { name: /ben/ }).waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /ana/ }).waitFor();
  });
});

describe('who may only look', () => {
  it('is offered nothing that would be refused', async () => {
    const page = await visitAsViewer('/networks/small');
    await page.getByText('vera').waitFor();
    await page.getByRole('heading', { name: 'Conditions' }).waitFor();
    expect(await page.getByRole('button', { name: /Renew|Remove/ }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Audit' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Description' }).click();
    await page.getByText('To plan a change takes the role operator.').waitFor();
  });
});

describe('in the colours of the system alone', () => {
  it('it is seen which tab is shown and what is chosen', async () => {
    const page = await theSite().visit('/networks/small', { areColorsForced: true });
    const colorsOf = (selector: string, property: string): Promise<readonly string[]> =>
      page.evaluate<string[]>(
        `[...document.querySelectorAll('${selector}')].map((found) => getComputedStyle(found).${property})`,
      );
    await page.getByRole('heading', { name: 'Conditions' }).waitFor();
    const [overview, ...others] = await colorsOf('.tabs a', 'borderBottomColor');
    expect(others).not.toContain(overview);
    await page.getByRole('button', { name: 'Renew certificates' }).click();
    await page.getByLabel('Those that are due').waitFor();
    const [due, all] = await colorsOf('.mantine-Radio-radio', 'backgroundColor');
    expect(due).not.toBe(all);
  });
});

describe('without a pointer', () => {
  it('a network is removed: from the skip link to the button that does it, and Escape leaves', async () => {
    const { visit, database, temporal } = theSite();
    await seedNetwork(database, THREE_NODES.replace('name: small', 'name: by-keys'));
    const page = await visit('/networks/by-keys');
    await page.getByRole('heading', { name: 'Topology' }).waitFor();
    const focused = page.locator(':focus');
    const tabTo = async (name: string): Promise<void> => {
      for (let presses = 0; presses < MOST_TABS; presses += 1) {
        await page.keyboard.press('Tab');
        const told = (await focused.getAttribute('aria-label')) ?? (await focused.textContent());
        if (told === name) return;
      }
      throw new Error(`nobody comes to ${name} by Tab`);
    };
    await page.keyboard.press('Tab');
    expect(await focused.textContent()).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await tabTo('Remove');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Remove by-keys' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => focused.textContent()).toBe('Remove');
    await page.keyboard.press('Enter');
    await dialog.getByLabel('Type by-keys to confirm').waitFor();
    const typing = dialog.locator('input:not([type=checkbox]):focus');
    for (let presses = 0; presses < MOST_TABS && (await typing.count()) === 0; presses += 1) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.type('by-keys');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Remove by-keys' }).waitFor();
    expect(temporal.runs.at(-1)?.request.type).toBe('removeNetwork');
  });
});

describe.each(['light', 'dark'] as const)('in %s colours', (colors) => {
  it('the views of what was done have no barriers and fit small windows', async () => {
    const { visit, address } = theSite();
    const page = await visit('/', { colors, width: 360 });
    for (const path of ['/audit', '/networks/small/revisions?from=1&to=3']) {
      await page.goto(`${address}${path}`);
      await page.getByRole('table').last().waitFor();
      await page.waitForLoadState('networkidle');
      expect({ path, barriers: await barriers(page) }).toEqual({ path, barriers: [] });
      expect({ path, fits: await fitsItsWindow(page) }).toEqual({ path, fits: true });
    }
  });
});
