import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { directoryOf } from '../../../../src/local/artifacts/cache.ts';
import { ccaasBuilder } from '../../../../src/local/artifacts/catalog.ts';
import { goArtifact } from '../../../../src/local/artifacts/go-artifacts.ts';
import { obtain } from '../../../../src/local/artifacts/obtain.ts';

const artifact = goArtifact(ccaasBuilder);

describe('the ccaas builder', () => {
  let folder = '';
  beforeEach(async () => {
    await obtain(artifact, () => undefined);
    folder = mkdtempSync(join(tmpdir(), 'weft-ccaas-'));
    for (const name of ['source', 'metadata', 'built', 'released']) mkdirSync(join(folder, name));
    write('metadata/metadata.json', { type: 'ccaas', label: 'basic_1.0' });
    write('source/connection.json', { address: '{{.peername}}-basic:9999', dial_timeout: '10s', tls_required: false });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('takes packages of type ccaas and no others', async () => {
    expect((await step('detect', ['source', 'metadata'])).exitCode).toBe(0);
    write('metadata/metadata.json', { type: 'golang', label: 'basic_1.0' });
    const refused = await step('detect', ['source', 'metadata']);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('chaincode type "golang" is not ccaas');
  });

  test('hands the peer its own chaincode server and the indexes of the package', async () => {
    mkdirSync(join(folder, 'source/META-INF/statedb/couchdb'), { recursive: true });
    write('source/META-INF/statedb/couchdb/index.json', { index: {} });
    expect((await step('build', ['source', 'metadata', 'built'])).stderr).toBe('');
    expect((await step('release', ['built', 'released'])).exitCode).toBe(0);
    expect(read('released/chaincode/server/connection.json')).toEqual({
      address: 'org1-peer1-basic:9999',
      dial_timeout: '10s',
      tls_required: false,
      client_auth_required: false,
      root_cert: '',
      client_key: '',
      client_cert: '',
    });
    expect(read('built/metadata.json')).toEqual({ type: 'ccaas', label: 'basic_1.0' });
    expect(existsSync(join(folder, 'released/statedb/couchdb/index.json'))).toBe(true);
  });

  test('fills in whatever this peer says of itself', async () => {
    write('source/connection.json', {
      address: '{{.organization}}-{{.peername}}:9999',
      dial_timeout: '10s',
      tls_required: true,
      root_cert: '{{.tls.root}}',
    });
    const own = { organization: 'org1', peername: 'peer1', tls: { root: 'two\nlines' } };
    expect((await step('build', ['source', 'metadata', 'built'], own)).stderr).toBe('');
    expect(read('built/connection.json')).toMatchObject({ address: 'org1-peer1:9999', root_cert: 'two\nlines' });
  });

  test('refuses a connection that asks for what this peer does not say', async () => {
    write('source/connection.json', { address: '{{.hostname}}:9999', dial_timeout: '10s' });
    const refused = await step('build', ['source', 'metadata', 'built']);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('hostname');
    expect(refused.stderr).toContain('CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG');
  });

  async function step(
    name: string,
    folders: readonly string[],
    own: object = { peername: 'org1-peer1' },
  ): Promise<{ exitCode: number | undefined; stderr: string }> {
    const env = { CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG: JSON.stringify(own) };
    const { exitCode, stderr } = await execa(join(directoryOf(artifact), 'bin', name), folders, {
      cwd: folder,
      env,
      reject: false,
    });
    return { exitCode, stderr };
  }

  function write(file: string, content: unknown): void {
    writeFileSync(join(folder, file), JSON.stringify(content));
  }

  function read(file: string): unknown {
    return JSON.parse(readFileSync(join(folder, file), 'utf8'));
  }
});
