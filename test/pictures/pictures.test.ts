import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { beforeAll, expect, it } from 'vitest';

import { createToken, keepLook, type Database } from '../../src/database/index.ts';
import type { StepRecord } from '../../src/workflows/messages.ts';
import { fitsItsWindow } from '../page/support/browser.ts';
import { lookOf, type LookFacts } from '../page/support/look.ts';
import { condition, networkOf, seedConditions, seedNetwork, seedRun, stepOf } from '../page/support/seed.ts';
import { site } from '../page/support/visit.ts';

/*
 * The pictures of the documentation, drawn anew: WEFT_SCREENSHOTS=docs/images npx vitest run --project pictures
 */

const FOLDER = resolve(process.env['WEFT_SCREENSHOTS'] ?? '.');

const THREE_NODES = `name: first-network
organizations:
  - { name: org1, orderers: 1, peers: 1 }
channels:
  - { name: mychannel, orderers: [org1], peers: [org1] }
chaincodes:
  - { name: basic, channel: mychannel, version: "1.0", image: "localhost:5000/basic:1.0" }
`;

const MEMBERS = ['acme', 'borealis', 'cobalt', 'delta', 'ember', 'fjord', 'gannet', 'harbour', 'indigo'];

/** Sixty nodes: five orderers and their CA, and nine members with a CA and five peers each. */
const SIXTY_NODES = [
  'name: supply-chain',
  'organizations:',
  '  - { name: consortium, orderers: 5 }',
  ...MEMBERS.map((member) => `  - { name: ${member}, peers: 5 }`),
  'channels:',
  `  - { name: orders, orderers: [consortium], peers: [${MEMBERS.join(', ')}] }`,
  `  - { name: customs, orderers: [consortium], peers: [${MEMBERS.slice(0, 4).join(', ')}] }`,
  `  - { name: payments, orderers: [consortium], peers: [${MEMBERS.slice(3).join(', ')}] }`,
  'chaincodes:',
  '  - { name: order-book, channel: orders, version: "2.3", image: "registry.example.com/order-book:2.3" }',
  '  - { name: declarations, channel: customs, version: "1.1", image: "registry.example.com/declarations:1.1" }',
  '  - { name: invoices, channel: payments, version: "4.0", image: "registry.example.com/invoices:4.0" }',
  '',
].join('\n');

/** Keeps a network as it is after a look, with the run that works on it. */
async function seedSeen(
  database: Database,
  source: string,
  { facts, steps }: { readonly facts: Omit<LookFacts, 'at'>; readonly steps: readonly StepRecord[] },
): Promise<void> {
  const stored = await seedNetwork(database, source);
  const look = lookOf(networkOf(source), { ...facts, at: new Date() });
  const missing = Object.keys(facts.notReady).length > 0;
  await seedConditions(database, stored, [
    condition('CertificateAuthoritiesReady', 'True', 'Every CA answers.'),
    condition('OrderersReady', 'True', 'Every orderer answers.'),
    missing
      ? condition('PeersInStep', 'False', 'delta/peer4 is not ready: ImagePullBackOff.', 'NotReady')
      : condition('PeersInStep', 'True', 'Every peer has every block.'),
    condition('ChannelsReady', 'True', 'Every channel is as described.'),
    condition('ChaincodesReady', 'True', 'Every chaincode answers.'),
  ]);
  await keepLook(database, stored.id, look, new Date());
  if (steps.length > 0) await seedRun(database, stored, steps);
}

let secret = '';

const theSite = site({
  allowAnonymous: false,
  seed: async (database) => {
    ({ secret } = await createToken(database, { name: 'ana', role: 'admin', at: new Date(), by: 'pictures' }));
    await seedSeen(database, THREE_NODES, { facts: { notReady: {}, missing: [] }, steps: [] });
    await seedSeen(database, SIXTY_NODES, {
      facts: { notReady: { 'delta-peer4': 'ImagePullBackOff: no such image' }, missing: ['harbour-peer2'] },
      steps: [
        stepOf('delta/peer4', 'applyDeployment', 'running', { attempts: 2, reason: 'ImagePullBackOff: no such image' }),
        stepOf('harbour/peer2', 'applyDeployment', 'running'),
      ],
    });
  },
});

beforeAll(() => mkdir(FOLDER, { recursive: true }));

it.each([
  ['first-network', 'page-3-nodes', { width: 1080, height: 780 }],
  ['supply-chain', 'page-60-nodes', { width: 1280, height: 900 }],
])('%s is drawn', async (network, file, size) => {
  const page = await theSite().visit(`/networks/${network}`, size);
  await page.getByLabel('Token').fill(secret);
  await page.keyboard.press('Enter');
  await page.locator('.graph .react-flow__node').first().waitFor();
  await page.waitForLoadState('networkidle');
  expect(await fitsItsWindow(page)).toBe(true);
  await page.screenshot({ path: join(FOLDER, `${file}.png`), fullPage: true });
});
