import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { keepLook, type StoredNetwork } from '../../src/database/index.ts';
import { barriers, fitsItsWindow } from './support/browser.ts';
import { lookOf } from './support/look.ts';
import { largeDescription, networkOf, seedNetwork, seedRun, stepOf, THREE_NODES } from './support/seed.ts';
import { site } from './support/visit.ts';

let small: StoredNetwork;
const described = networkOf(THREE_NODES);

const theSite = site({
  seed: async (database) => {
    small = await seedNetwork(database, THREE_NODES);
    await seedRun(database, small, [
      stepOf('org1/peer1', 'applyDeployment', 'running', { attempts: 2, reason: 'ImagePullBackOff: no such image' }),
    ]);
    await seedNetwork(database, largeDescription('fifty', 4));
    await seedNetwork(database, largeDescription('hundred', 12));
    await seedNetwork(database, largeDescription('many', 15));
  },
});

async function graphOf(
  network: string,
  options: Parameters<ReturnType<typeof theSite>['visit']>[1] = {},
): Promise<Page> {
  const page = await theSite().visit(`/networks/${network}`, options);
  await page.locator('.graph .react-flow__node').first().waitFor();
  return page;
}

describe('the graph', () => {
  it.each([
    ['small', 3],
    ['fifty', 56],
    // Nobody has to look at any of them: they are counted.
    ['hundred', 0],
  ])('of %s draws %d nodes', async (network, drawn) => {
    const page = await graphOf(network);
    expect(await page.locator('.react-flow__node-member').count()).toBe(drawn);
  });

  it('is read by a screen reader node by node, and says what is wrong with one', async () => {
    const page = await graphOf('small');
    const label = 'peer1 of org1, retrying: ImagePullBackOff: no such image, channel mychannel';
    expect(await page.getByLabel(label).count()).toBe(1);
  });

  it('is gone through by the arrow keys, opens with Enter and closes with Escape', async () => {
    const page = await graphOf('small');
    await page.locator('[data-id="org1/ca"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const focused = (): Promise<string | null> => page.locator(':focus').getAttribute('data-id');
    await expect.poll(focused).toBe('org1/peer1');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'peer1 of small' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(focused).toBe('org1/peer1');
  });

  it('is left for the table by the key g, and the choice is remembered', async () => {
    const page = await graphOf('small');
    await page.keyboard.press('g');
    await page.getByRole('cell', { name: 'ImagePullBackOff: no such image' }).waitFor();
    await page.reload();
    await page.getByRole('cell', { name: 'ImagePullBackOff: no such image' }).waitFor();
    expect(await page.locator('.graph').count()).toBe(0);
  });

  it.each(['light', 'dark'] as const)(
    'has no barriers in %s colours, as a table neither, and fits small windows',
    async (colors) => {
      const page = await graphOf('small', { colors, width: 360 });
      expect(await barriers(page)).toEqual([]);
      await page.keyboard.press('g');
      await page.getByRole('table').waitFor();
      expect(await barriers(page)).toEqual([]);
      expect(await fitsItsWindow(page)).toBe(true);
    },
  );
});

describe('what changes', () => {
  it('is said to who does not see it: at once what is bad, and else within five seconds', async () => {
    const { database } = theSite();
    const page = await graphOf('small');
    const look = (notReady: Readonly<Record<string, string>>): Promise<void> =>
      keepLook(database, small.id, lookOf(described, { notReady, missing: [], at: new Date() }), new Date());
    await look({ 'org1-orderer1': 'ImagePullBackOff' });
    const urgent = page.locator('[aria-live=assertive]', { hasText: 'orderer1 of org1, not ready: ImagePullBackOff' });
    await urgent.waitFor({ state: 'attached' });
    await look({});
    const gathered = page.locator('[aria-live=polite]', { hasText: 'orderer1 of org1, ready' });
    await gathered.waitFor({ state: 'attached' });
  });
});

it('a network of more than 150 nodes is shown as a table first', async () => {
  const page = await theSite().visit('/networks/many');
  await page.getByRole('cell', { name: 'peer15' }).first().waitFor();
  expect(await page.locator('.graph').count()).toBe(0);
});

it('what draws graphs is loaded with the graph alone', async () => {
  const loaded: string[] = [];
  const page = await theSite().visit('/');
  page.on('request', (request) => loaded.push(request.url()));
  await page.getByRole('link', { name: 'many' }).click();
  await page.getByRole('cell', { name: 'peer15' }).first().waitFor();
  expect(loaded.filter((url) => url.includes('elk'))).toEqual([]);
  await page.keyboard.press('g');
  await page.locator('.graph .react-flow__node').first().waitFor();
  expect(loaded.filter((url) => url.includes('elk')).length).toBeGreaterThan(0);
});
