import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { machine } from '../harness.ts';

const DESCRIPTION = `name: net
organizations:
  - { name: org0, orderers: 1, peers: 1 }
channels:
  - name: mychannel
chaincodes:
  - { name: basic, version: "1.0", image: basic, collections: config/collections.json }
`;

const COLLECTIONS = [{ name: 'assets', policy: "OR('Org0MSP.member')", memberOnlyRead: true }];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-description-'));
  await mkdir(join(folder, 'net', 'config'), { recursive: true });
  await writeFile(join(folder, 'net', 'network.yaml'), DESCRIPTION);
});
afterAll(() => rm(folder, { recursive: true }));

describe('a file of collections that a description names', () => {
  const path = (): string => join(folder, 'net', 'config', 'collections.json');

  it('finds the file beside the description, and completes it with it', async () => {
    await writeFile(path(), JSON.stringify(COLLECTIONS));
    const self = machine({ workingDirectory: folder });
    const { code, out } = await self.weft('config', '-f', 'net/network.yaml', '-o', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      chaincodes: [{ collections: [{ ...COLLECTIONS[0], requiredPeerCount: 0, memberOnlyWrite: false }] }],
    });
  });

  it('finds the file in the working folder if the description comes from standard input', async () => {
    await writeFile(path(), JSON.stringify(COLLECTIONS));
    const self = machine({ workingDirectory: join(folder, 'net'), stdin: DESCRIPTION });
    const { code } = await self.weft('config', '-f', '-');
    expect(code).toBe(0);
  });

  it.each([
    ['[', 'is not valid JSON'],
    [undefined, 'does not exist'],
  ])('tells a file that cannot be read as an issue of the description: %s', async (text, trouble) => {
    await rm(path(), { force: true });
    if (text !== undefined) await writeFile(path(), text);
    const { code, err } = await machine({ workingDirectory: folder }).weft('plan', '-f', 'net/network.yaml');
    expect(code).toBe(2);
    expect(err).toMatch(
      new RegExp(`7:\\d+ +chaincodes\\[0\\].collections +names "config/collections.json", which ${trouble}`),
    );
  });
});
