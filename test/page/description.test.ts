import { describe, expect, it } from 'vitest';

import type { StepRecord } from '../../src/workflows/messages.ts';
import { barriers, fitsItsWindow, SAID_BY_EDITORS, writeDescription } from './support/browser.ts';
import { largeDescription, seedNetwork, stepOf, THREE_NODES } from './support/seed.ts';
import { site } from './support/visit.ts';

const theSite = site({
  unimportant: SAID_BY_EDITORS,
  seed: async (database) => {
    await seedNetwork(database, THREE_NODES);
    await seedNetwork(database, largeDescription('large', 1));
  },
});

describe('the editor', () => {
  it('says every mistake with its line, and goes there', async () => {
    const page = await theSite().visit('/new');
    await writeDescription(page, 'name: fresh\norganizations:\n  - { name: org1, peers: two }\n');
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
    await writeDescription(page, 'name: fresh\nfabric:\n');
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

/** Has the plan that is asked for next come to one step. */
async function planned(
  { temporal }: ReturnType<typeof theSite>,
  network: string,
  outcome: StepRecord['outcome'],
): Promise<void> {
  const before = temporal.runs.length;
  await expect.poll(() => temporal.runs.length).toBeGreaterThan(before);
  const steps = [stepOf('org1/peer1', 'applyDeployment', outcome)];
  temporal.runs.at(-1)?.end({ kind: 'completed', value: { network, steps, endpoints: [] } });
}

describe('a change', () => {
  it('is planned before it is applied: then just the plan is carried out, and its run is shown', async () => {
    const page = await theSite().visit('/new');
    await writeDescription(page, THREE_NODES.replace('name: small', 'name: fresh'));
    const planning = planned(theSite(), 'fresh', 'removed');
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await planning;
    await page.getByText('0 to create, 0 to change, 1 to remove').waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await page.getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true);
    await page.getByLabel('Remove what the plan says is removed').check();
    const applied = page.waitForRequest((request) => request.method() === 'PUT');
    const again = planned(theSite(), 'fresh', 'removed');
    await page.getByRole('button', { name: 'Apply' }).click();
    await again;
    expect((await applied).url()).toMatch(/\/v1\/networks\/fresh\?plan=[-\w]+$/);
    await page.getByRole('heading', { name: 'Bring up fresh' }).waitFor();
  });

  it('that no longer fits is not applied, and tells what would be done otherwise until it is planned again', async () => {
    const page = await theSite().visit('/networks/large/description');
    await page.getByText('It is valid.').waitFor();
    const planning = planned(theSite(), 'large', 'updated');
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await planning;
    const looking = planned(theSite(), 'large', 'created');
    await page.getByRole('button', { name: 'Apply' }).click();
    await looking;
    await page.getByText('The plan no longer fits').waitFor();
    await page.getByText('applyDeployment org1/peer1 created').waitFor();
    expect(await barriers(page)).toEqual([]);
    const anew = planned(theSite(), 'large', 'created');
    await page.getByRole('button', { name: 'Plan again' }).click();
    await anew;
    await page.getByText('1 to create').waitFor();
    expect(await page.getByText('The plan no longer fits').count()).toBe(0);
  });

  it('that somebody else was faster with is not applied', async () => {
    const { visit, database } = theSite();
    const page = await visit('/networks/small/description');
    await page.getByText('It is valid.').waitFor();
    const planning = planned(theSite(), 'small', 'updated');
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await planning;
    await page.getByRole('button', { name: 'Apply' }).waitFor();
    // Before the page asks for the network once more.
    await seedNetwork(database, THREE_NODES);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('something else was asked of the network since').waitFor();
  });

  it('is shown to somebody else by the address of its plan', async () => {
    const { visit, api } = theSite();
    const planning = planned(theSite(), 'large', 'updated');
    const headers = { 'content-type': 'application/yaml' };
    const asked = api.inject({
      ...{ method: 'POST', url: '/v1/networks/large:plan', headers, payload: largeDescription('large', 1) },
    });
    await planning;
    const { id } = (await asked).json<{ id: string }>();
    const page = await visit(`/networks/large/plans/${id}`);
    await page.getByText('1 to change').waitFor();
    await page.getByRole('button', { name: 'Apply' }).waitFor();
    expect(await barriers(page)).toEqual([]);
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
