import { expect, it } from 'vitest';

import { createSignInLink, createToken } from '../../src/database/index.ts';
import { barriers } from './support/browser.ts';
import { seedNetwork, THREE_NODES } from './support/seed.ts';
import { site } from './support/visit.ts';

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

it('who signs in is where they wanted to go and stays signed in until they sign out, and no script finds the token', async () => {
  const page = await theSite().visit('/networks/small/history');
  await page.getByLabel('Token').fill(secret);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'small' }).waitFor();
  await page.getByText('There are no such runs.').waitFor();
  expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])')).not.toContain('weft_');
  await page.reload();
  await page.getByText('There are no such runs.').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Token').waitFor();
});

it('the link that `weft api` shows signs in once', async () => {
  const { database, visit } = theSite();
  const link = await createSignInLink(database, {
    name: 'link',
    grants: [{ role: 'viewer' }],
    expiresAt: new Date(Date.now() + 60_000),
  });
  const page = await visit(`/sign-in#link=${link}`);
  await page.getByRole('link', { name: 'small' }).waitFor();
  expect(page.url()).not.toContain('link=');
  const again = await visit(`/sign-in#link=${link}`);
  await again.getByLabel('Token').waitFor();
});

it('the first view weighs less than 300 kB', async () => {
  const page = await theSite().visit('/');
  await page.getByLabel('Token').fill(secret);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'small' }).waitFor();
  await page.waitForLoadState('networkidle');
  // Of everything that was loaded until then, as it came over the line.
  const sizes = await page.evaluate<number[]>(
    'performance.getEntries().map(({ encodedBodySize }) => encodedBodySize ?? 0)',
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(50_000);
  expect(total).toBeLessThan(LARGEST_FIRST_VIEW);
});
