import { describe, expect, it } from 'vitest';

import { condition, seedConditions, seedNetwork, seedRun, stepOf, THREE_NODES } from './support/seed.ts';
import { barriers, fitsItsWindow, site } from './support/visit.ts';

let failedRun = '';

const theSite = site({
  seed: async (database) => {
    const small = await seedNetwork(database, THREE_NODES);
    await seedConditions(database, small, [
      condition('OrderersReady', 'True', 'All orderers answer.'),
      condition('PeersInStep', 'False', 'org1/peer1 does not answer.', 'NotReady'),
    ]);
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

describe('a run', () => {
  it('shows why it failed, what helps, and the failed step first', async () => {
    const page = await theSite().visit(`/runs/${failedRun}`);
    await page.getByText('org1-peer1: no such image').first().waitFor();
    await page.getByText('Make the image available to the cluster').waitFor();
    const steps = await page.getByRole('row').allTextContents();
    expect(steps[2]).toContain('applyDeploymentFailed3');
  });
});

const VIEWS = (): readonly (readonly [string, string])[] => [
  ['networks', '/'],
  ['a network', '/networks/small'],
  ['history', '/networks/small/history'],
  ['a run', `/runs/${failedRun}`],
  ['a place that is not there', '/nowhere'],
];

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
