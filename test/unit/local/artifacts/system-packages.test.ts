import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { findCommand } from '../../../../src/local/artifacts/find-command.ts';
import { commandsOf, findCniPlugins, missingPackages } from '../../../../src/local/artifacts/system-packages.ts';
import { useTemporaryCache } from './temporary-cache.ts';

const temporary = useTemporaryCache();

describe('a command', () => {
  test('is found on the PATH', () => {
    addProgram(temporary(), 'weft-sample');
    expect(findCommand('weft-sample', `/nowhere:${temporary()}`)).toBe(join(temporary(), 'weft-sample'));
  });
  test('is found among the system programs, whatever the PATH is', () => {
    expect(findCommand('chroot', '/nowhere')).toMatch(/sbin\/chroot$/);
  });
  test('that may not be executed is not there', () => {
    writeFileSync(join(temporary(), 'weft-sample'), '');
    expect(findCommand('weft-sample', temporary())).toBeUndefined();
  });
});

describe('the CNI plugins', () => {
  test('are taken from the first folder that has all of them', () => {
    const [partial, whole] = [join(temporary(), 'partial'), join(temporary(), 'whole')];
    for (const folder of [partial, whole]) mkdirSync(folder);
    addProgram(partial, 'bridge');
    expect(findCniPlugins([partial, whole])).toBeUndefined();
    for (const plugin of ['bridge', 'host-local', 'loopback', 'portmap']) addProgram(whole, plugin);
    expect(findCniPlugins([partial, whole])).toBe(whole);
  });
});

describe('missing packages', () => {
  test('are those with a command that is not there, each once', () => {
    const needs = [
      commandsOf('coreutils', ['ls', 'cp']),
      commandsOf('sample', ['ls', 'weft-no-such-command']),
      commandsOf('sample', ['weft-no-such-command']),
    ];
    expect(missingPackages(needs)).toEqual(['sample']);
  });
});

function addProgram(folder: string, name: string): void {
  writeFileSync(join(folder, name), '#!/bin/sh\n');
  chmodSync(join(folder, name), 0o755);
}
