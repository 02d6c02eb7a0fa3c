import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { machine } from '../harness.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;

const folder = mkdtempSync(join(tmpdir(), 'weft-push-'));

beforeAll(() => {
  for (const [name, file] of [
    ['basic', 'go.mod'],
    ['Basic', 'go.mod'],
    ['contained', 'Dockerfile'],
    ['script', 'package.json'],
  ] as const) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, file), '');
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('weft chaincode push', () => {
  it('prints the image alone on stdout, named after the folder', async () => {
    const self = machine({ workingDirectory: folder });
    const { code, out, err } = await self.weft('chaincode', 'push', 'basic/');
    expect({ code, out }).toEqual({ code: 0, out: 'localhost:5000/basic:1.0\n' });
    expect(err).toBe(`building\npushed, ${DIGEST}\n`);
    expect(self.pushes).toEqual([{ directory: join(folder, 'basic'), name: 'basic', version: '1.0' }]);
  });

  it('says of an image that takes the place of another that nodes keep the one they have, and how to name this one', async () => {
    const self = machine({ workingDirectory: folder });
    await self.weft('chaincode', 'push', 'basic');
    const { code, out, err } = await self.weft('chaincode', 'push', 'basic');
    expect({ code, out }).toEqual({ code: 0, out: 'localhost:5000/basic:1.0\n' });
    expect(err).toContain(`pushed in place of another image of that name, ${DIGEST}\n`);
    expect(err).toContain('A node that has the other one goes on with it.');
    expect(err).toContain(`describe it by its digest: localhost:5000/basic:1.0@${DIGEST}\n`);
  });

  it('takes another name and version, and tells a machine all of it', async () => {
    const self = machine({ workingDirectory: join(folder, 'Basic') });
    const { out, err } = await self.weft(
      'chaincode',
      'push',
      '.',
      '--name',
      'team/cc',
      '--version',
      '2',
      '-q',
      '-o',
      'json',
    );
    expect(JSON.parse(out)).toEqual({ reference: 'localhost:5000/team/cc:2', digest: DIGEST, outcome: 'created' });
    expect(err).toBe('');
  });

  it.each([
    [['Basic'], 'an image cannot be named "Basic", as its folder is', '--name basic'],
    [['basic', '--name', 'a b'], 'an image cannot be named "a b":', '--name basic'],
    [['basic', '--version', '1/0'], 'an image cannot have the version "1/0"', 'letters'],
    [['none'], 'none is no folder that can be read', 'ENOENT'],
    [['contained'], 'contained has no go.mod', 'docker push localhost:5000/'],
    [['script'], 'this is JavaScript or TypeScript, which needs an image with Node in it', 'buildah push'],
  ])('refuses %j before anything is built', async (args, message, hint) => {
    const self = machine({ workingDirectory: folder });
    const { code, out, err } = await self.weft('chaincode', 'push', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).toContain(hint);
    expect(self.pushes).toEqual([]);
  });

  it('has examples in its help', async () => {
    const { code, out } = await machine().weft('chaincode', 'push', '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/\nExamples:\n {2}\S/);
  });
});
