import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { largeDescription, seedNetwork, THREE_NODES } from './support/seed.ts';
import { barriers, fitsItsWindow, site } from './support/visit.ts';

const theSite = site({
  // Where a text is replaced that somebody edits, Chromium itself tries to keep its style in an attribute, which the policy forbids.
  unimportant: /Applying inline style .* style attributes/,
  seed: async (database) => {
    await seedNetwork(database, THREE_NODES);
    await seedNetwork(database, largeDescription('large', 1));
  },
});

async function write(page: Page, text: string): Promise<void> {
  const editor = page.getByLabel('Description, as YAML');
  await editor.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

describe('the editor', () => {
  it('says every mistake with its line, and goes there', async () => {
    const page = await theSite().visit('/new');
    await write(page, 'name: fresh\norganizations:\n  - { name: org1, peers: two }\n');
    const mistake = page.getByRole('button', { name: /^3:\d+ organizations\[0\].peers/ });
    await mistake.waitFor();
    await mistake.click();
    const editor = page.getByLabel('Description, as YAML');
    expect(await editor.evaluate('document.activeElement?.classList.contains("cm-content")')).toBe(true);
    expect(await page.getByRole('button', { name: 'Plan', exact: true }).isDisabled()).toBe(true);
    expect(await barriers(page)).toEqual([]);
  });

  it('suggests the fields that can stand where something is typed', async () => {
    const page = await theSite().visit('/new');
    await write(page, 'name: fresh\nfabric:\n');
    await page.keyboard.type('  caV');
    // By the pointer: keys are left to the text in the first moment, so that nobody takes over what they have not seen.
    await page.getByRole('option', { name: /caVersion/ }).click();
    expect(await page.getByLabel('Description, as YAML').textContent()).toContain('caVersion: ');
  });
});

describe('the editor of a network that is there', () => {
  it('begins with the text as it was written, with its comments', async () => {
    const page = await theSite().visit('/networks/small/description');
    await page.getByText('# The smallest network that there can be.').waitFor();
    await page.getByText('It is valid.').waitFor();
  });
});

describe('a change', () => {
  it('is planned before it is applied, and its run is shown', async () => {
    const { visit, temporal } = theSite();
    const page = await visit('/new');
    await write(page, THREE_NODES.replace('name: small', 'name: fresh'));
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await expect.poll(() => temporal.runs.length).toBe(1);
    const steps = [
      { step: 'applyDeployment', target: 'org1/peer1', outcome: 'created', attempts: 1, seconds: 0, reason: 'new' },
    ] as const;
    temporal.runs[0]?.end({ kind: 'completed', value: { network: 'fresh', steps, endpoints: [] } });
    await page.getByText('1 to create, 0 to change, 0 to remove').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('heading', { name: 'Bring up fresh' }).waitFor();
    expect(temporal.runs.length).toBe(2);
  });

  it('that somebody else was faster with is not applied', async () => {
    const { visit, temporal, database } = theSite();
    const page = await visit('/networks/large/description');
    await page.getByText('It is valid.').waitFor();
    const earlier = temporal.runs.length;
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await expect.poll(() => temporal.runs.length).toBe(earlier + 1);
    // Before the page asks for the network once more.
    await seedNetwork(database, largeDescription('large', 2));
    const steps = [
      { step: 'applyDeployment', target: 'org1/peer1', outcome: 'updated', attempts: 1, seconds: 0, reason: 'image' },
    ] as const;
    temporal.runs.at(-1)?.end({ kind: 'completed', value: { network: 'large', steps, endpoints: [] } });
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('PRECONDITION_FAILED').waitFor();
  });
});

describe.each(['light', 'dark'] as const)('in %s colours', (colors) => {
  it('the editor has no barriers and fits small windows', async () => {
    const page = await theSite().visit('/networks/small/description', { colors, width: 360 });
    await page.getByText('It is valid.').waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await fitsItsWindow(page)).toBe(true);
  });
});
