import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import {
  connectTemporal,
  TemporalMisconfigured,
  temporalSettings,
  TemporalUnreachable,
} from '../../../src/client/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'weft-connect-'));
afterAll(() => rm(folder, { recursive: true }));

/** Not the configuration file of whoever runs the tests. */
const env = { TEMPORAL_CONFIG_FILE: join(folder, 'temporal.toml') };
await writeFile(env.TEMPORAL_CONFIG_FILE, '[profile.default]\n[profile.cloud]\naddress = "cloud:7233"\n');

describe('temporalSettings', () => {
  it('assumes the address that the temporal command assumes', () => {
    expect(temporalSettings(env)).toMatchObject({ address: 'localhost:7233', namespace: 'default' });
  });

  it('reads the variables of the temporal command', () => {
    const settings = temporalSettings({
      ...env,
      TEMPORAL_ADDRESS: 'cloud:7233',
      TEMPORAL_NAMESPACE: 'fabric',
      TEMPORAL_API_KEY: 'key',
    });
    expect(settings).toMatchObject({
      address: 'cloud:7233',
      namespace: 'fabric',
      connection: { apiKey: 'key', tls: true },
    });
  });

  it('reads the profile that is named', () => {
    expect(temporalSettings({ ...env, TEMPORAL_PROFILE: 'cloud' }).address).toBe('cloud:7233');
  });

  it('refuses a profile that does not exist', () => {
    expect(() => temporalSettings({ ...env, TEMPORAL_PROFILE: 'none' })).toThrow(TemporalMisconfigured);
  });

  it('sends no credentials to an address that is given', () => {
    const settings = temporalSettings(
      { ...env, TEMPORAL_ADDRESS: 'cloud:7233', TEMPORAL_API_KEY: 'key' },
      '127.0.0.1:9',
    );
    expect(settings).toEqual({
      ...{ address: '127.0.0.1:9', namespace: 'default', connection: { address: '127.0.0.1:9' } },
      encoding: {},
    });
  });
});

describe('connectTemporal', () => {
  it('says within some seconds that nothing listens at the address', async () => {
    const address = `127.0.0.1:${await unusedPort()}`;
    const error: unknown = await connectTemporal(temporalSettings({}, address)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TemporalUnreachable);
    expect(String(error)).toBe(`TemporalUnreachable: no Temporal server answers at ${address}: connection refused`);
  }, 8_000);
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
