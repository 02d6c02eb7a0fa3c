import { expect, it } from 'vitest';

import { createToken } from '../../src/database/index.ts';
import { seedNetwork, THREE_NODES } from './support/seed.ts';
import { barriers, site } from './support/visit.ts';

let secret = '';

const theSite = site({
  allowAnonymous: false,
  seed: async (database) => {
    await seedNetwork(database, THREE_NODES);
    ({ secret } = await createToken(database, { name: 'ana', role: 'admin', at: new Date(), by: 'tests' }));
  },
});

/** In bytes, compressed: a slow line has it within a second or two. */
const LARGEST_FIRST_VIEW = 300_000;

it('nobody sees anything without a token, and a wrong one is refused with its reason', async () => {
  const page = await theSite().visit('/networks/small');
  await page.getByLabel('Token').fill('weft_made-up');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The token is not known, or was revoked.').waitFor();
  expect(await page.getByText('Org1MSP').count()).toBe(0);
  expect(await barriers(page)).toEqual([]);
});

it('who signs in is where they wanted to go, and the token is kept nowhere', async () => {
  const page = await theSite().visit('/networks/small/history');
  await page.getByLabel('Token').fill(secret);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'small' }).waitFor();
  await page.getByText('There are no such runs.').waitFor();
  expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])')).not.toContain('weft_');
  await page.reload();
  await page.getByLabel('Token').waitFor();
});

it('the first view weighs less than 300 kB', async () => {
  const page = await theSite().visit('/nowhere');
  const sizes: number[] = [];
  page.on('response', (response) => {
    void response
      .request()
      .sizes()
      .then(({ responseBodySize }) => sizes.push(responseBodySize));
  });
  await page.goto(theSite().address);
  await page.getByLabel('Token').fill(secret);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'small' }).waitFor();
  await page.waitForLoadState('networkidle');
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(50_000);
  expect(total).toBeLessThan(LARGEST_FIRST_VIEW);
});
