import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';
import { beforeEach, describe, expect, test } from 'vitest';

import { directoryOf } from '../../../../src/local/artifacts/cache.ts';
import { goArtifacts } from '../../../../src/local/artifacts/catalog.ts';
import { goArtifact, type GoArtifact } from '../../../../src/local/artifacts/go-artifacts.ts';
import { obtain } from '../../../../src/local/artifacts/obtain.ts';
import { useTemporaryCache } from './temporary-cache.ts';

const cache = useTemporaryCache();

const greeting = {
  name: 'greeting',
  version: '1.2.3',
  programs: { hello: './hello' },
  variables: { 'main.version': '1.2.3' },
} as const satisfies GoArtifact;

describe('an artifact made with Go', () => {
  let modules = '';
  beforeEach(() => {
    modules = join(cache(), 'modules');
    mkdirSync(join(modules, 'greeting', 'hello'), { recursive: true });
    writeFileSync(join(modules, 'greeting', 'go.mod'), 'module example.com/greeting\n\ngo 1.24.0\n');
    writeHello('fmt.Println("hello", version)');
  });

  test('is a program that runs and knows its version', async () => {
    const artifact = goArtifact(greeting, modules);
    await obtain(artifact, () => undefined);
    const { stdout } = await execa(join(directoryOf(artifact), 'bin', 'hello'));
    expect(stdout).toBe('hello 1.2.3');
  });

  test('that does not compile is refused with the compiler’s words', async () => {
    writeHello('fmt.Println(nothing)');
    await expect(obtain(goArtifact(greeting, modules), () => undefined)).rejects.toThrow(
      /greeting 1\.2\.3: the command failed(.|\n)*go build(.|\n)*undefined: nothing(.|\n)*run the same command again/,
    );
  });

  test('has a folder of its own for each state of its sources and flags', () => {
    const before = directoryOf(goArtifact(greeting, modules));
    const flagged = directoryOf(goArtifact({ ...greeting, variables: { 'main.version': 'other' } }, modules));
    writeHello('fmt.Println("good morning")');
    const changed = directoryOf(goArtifact(greeting, modules));
    expect(new Set([before, flagged, changed]).size).toBe(3);
    expect(before).toMatch(/greeting\/1\.2\.3-[0-9a-f]{12}$/);
  });

  function writeHello(statement: string): void {
    const lines = [
      'package main',
      'import "fmt"',
      'var version = "unknown"',
      `func main() { _ = version; ${statement} }`,
    ];
    writeFileSync(join(modules, 'greeting', 'hello', 'main.go'), `${lines.join('\n')}\n`);
  }
});

describe('the catalog', () => {
  const versions = {
    kubernetes: 'k8s.io/kubernetes',
    etcd: 'go.etcd.io/etcd/server/v3',
    registry: 'github.com/distribution/distribution/v3',
    addons: 'github.com/coredns/coredns',
    'fabric-ca': 'github.com/hyperledger/fabric-ca',
  };

  test.each(Object.entries(versions))('says of %s the version that its module requires', (name, module) => {
    const artifact = goArtifacts.find((one) => one.name === name);
    const goMod = readFileSync(join(import.meta.dirname, '../../../../src/local/go', name, 'go.mod'), 'utf8');
    expect(goMod).toContain(`${module} v${artifact?.version ?? ''}\n`);
  });
});
