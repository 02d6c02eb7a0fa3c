import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';
import { z } from 'zod';

/*
 * What is installed is what was chosen: npm compares each package with its integrity, and none gets to run a script that could fetch more.
 */

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const packageSchema = z.object({
  version: z.string().optional(),
  integrity: z.string().optional(),
  resolved: z.string().optional(),
  link: z.boolean().optional(),
  license: z.string().optional(),
});

const { packages } = z
  .object({ packages: z.record(z.string(), packageSchema) })
  .parse(JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8')));

/** Without Weft's own. */
const installed = Object.entries(packages).filter(
  ([path, { link }]) => path.startsWith('node_modules/') && link !== true,
);

it('the lock file has the integrity of every package', () => {
  expect(installed.length).toBeGreaterThan(500);
  expect(installed.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true)).toEqual([]);
});

it('the lock file names no registry', () => {
  expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

/** What may be passed on under Weft's own licence, Apache-2.0, with nothing but a notice. */
const PERMISSIVE =
  /^(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|Unlicense|CC0-1\.0|Python-2\.0|PSF-2\.0)$/;

/** Others, by package, with the reason why they may stay. */
const REVIEWED: Readonly<Record<string, string>> = {
  '@axe-core/playwright': 'MPL-2.0, tests alone',
  'axe-core': 'MPL-2.0, tests alone',
  'caniuse-lite': 'CC-BY-4.0, data of a build tool',
  elkjs: 'EPL-2.0 OR GPL-3.0-or-later, unchanged in the page',
  lightningcss: 'MPL-2.0, build of the page alone, with a package for each platform',
  unionfs: 'says none in its package.json; its LICENSE is the Unlicense',
};

it('every package has a licence under which it may be passed on, or was looked at', () => {
  const others = installed.filter(([path, { license = '' }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const isPermissive = license
      .split(/ OR /)
      .some((choice) => choice.split(/ AND /).every((one) => PERMISSIVE.test(one.replace(/[()]/g, ''))));
    return !isPermissive && !Object.hasOwn(REVIEWED, name.replace(/^lightningcss-.*/, 'lightningcss'));
  });
  expect(others.map(([path, { license }]) => `${path}: ${license ?? 'none'}`)).toEqual([]);
});

it.each(['weft', 'Makefile', 'Dockerfile', '.github/workflows/release.yml'])(
  '%s installs without running scripts',
  (file) => {
    const commands = readFileSync(`${ROOT}${file}`, 'utf8').match(/npm ci --.*$/gm) ?? [];
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) expect(command).toContain('--ignore-scripts');
  },
);
