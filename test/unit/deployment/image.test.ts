import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

import { fabricVersion } from '../../../src/local/artifacts/catalog.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')));

it('the image has configtxgen and configtxlator of the Fabric that networks get by default', () => {
  expect(read('Dockerfile')).toContain(`metadata.Version=${fabricVersion}'`);
});

it('the image is built with what npm run build reads, and nothing else', () => {
  const allowed = read('.dockerignore').match(/^!.*$/gm) ?? [];
  expect(allowed.map((line) => line.slice(1)).sort()).toEqual(
    [
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'tsconfig.build.json',
      'tsconfig.client.json',
      'vite.config.ts',
      'scripts/build.ts',
      'src',
      'kube',
    ].sort(),
  );
});

const serviceSchema = z.object({
  image: z.string(),
  ports: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
});

const compose = z
  .object({ services: z.record(z.string(), serviceSchema) })
  .parse(parse(read('docker-compose.yml'), { merge: true }));
const services = Object.entries(compose.services);

it('Compose publishes ports on the loopback address alone', () => {
  const published = services.flatMap(([, { ports }]) => ports);
  expect(published.length).toBeGreaterThan(3);
  expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

it('Compose names a version of every image, and of Weft the own one', () => {
  for (const [name, { image }] of services) expect(image, name).toMatch(/:v?\d+\.\d+(\.\d+)?[\w.-]*\}?$/);
  expect(compose.services['worker']?.image).toBe(`\${WEFT_IMAGE:-weft:${version}}`);
});

it('Compose puts no password into an environment', () => {
  const secrets = services.flatMap(([name, { environment }]) =>
    Object.entries(environment)
      .filter(([key]) => /PASS|PWD|SECRET|TOKEN|DATABASE/.test(key) && !key.endsWith('FILE'))
      .map(([key]) => `${name}: ${key}`),
  );
  expect(secrets).toEqual([]);
});

it('Compose encrypts for worker and API alike, and decrypts on the loopback address alone', () => {
  const { services: encrypting } = z
    .object({
      services: z.record(
        z.string(),
        z.object({
          command: z.array(z.string()).default([]),
          environment: z.record(z.string(), z.string()),
          secrets: z.array(z.string()).default([]),
          network_mode: z.string().optional(),
        }),
      ),
    })
    .parse(parse(read('compose/encryption.yml')));
  const { codec, ...changed } = encrypting;
  expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(Object.keys(changed)));
  for (const name of ['worker', 'api', 'codec']) {
    expect(encrypting[name]).toMatchObject({
      environment: { WEFT_PAYLOAD_KEY_FILE: '/run/secrets/payload-keys' },
      secrets: ['payload-keys'],
    });
  }
  expect(codec?.network_mode).toBe('host');
  expect(codec?.command).toContain('--listen=127.0.0.1:8888');
  expect(encrypting['temporal-ui']?.environment).toEqual({ TEMPORAL_CODEC_ENDPOINT: 'http://127.0.0.1:8888' });
});
