import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createPortHolder } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { resolveInstance, type Instance } from '../../../../src/local/instance.ts';
import { findProcess } from '../../../../src/local/process/record.ts';
import {
  closeRegistryPort,
  openRegistryPort,
  registryAddress,
  registryReadiness,
} from '../../../../src/local/registry/registry.ts';
import { readState, rememberState } from '../../../../src/local/state.ts';

/** All of 127.0.0.0/8 is this machine's: here it is a node, with a registry at the port that it has in every node. */
const addresses = { host: '127.0.0.1', node: '127.34.56.78', loopback: '127.34.56.80' };

let root: string;
let instance: Instance;
let registry: Server;
let guarded: number[];

const guard = (port: number): Promise<void> => {
  guarded.push(port);
  return Promise.resolve();
};

beforeEach(async () => {
  guarded = [];
  root = mkdtempSync(join(tmpdir(), 'weft-registry-port-'));
  instance = resolveInstance({ WEFT_DATA: root, WEFT_LOCAL_INSTANCE: 'weft-port' });
  registry = createServer((request, response) => {
    response.writeHead(request.url === '/v2/' ? 200 : 404).end();
  }).listen(5_000, addresses.node);
  await once(registry, 'listening');
});

afterEach(async () => {
  await closeRegistryPort(instance);
  registry.close();
  rmSync(root, { recursive: true });
});

describe('the port of the registry on this machine', () => {
  it('leads to the registry of the node until it is closed', async () => {
    expect(registryAddress(instance)).toBeUndefined();
    const { address, wasStarted } = await openRegistryPort(instance, addresses, guard);
    expect({ address, wasStarted }).toEqual({ address: registryAddress(instance), wasStarted: true });
    expect(guarded).toEqual([readState(instance)?.registryPort]);
    await expect.poll(() => registryReadiness(instance)).toEqual({ ready: true });
    await closeRegistryPort(instance);
    expect(await registryReadiness(instance)).toMatchObject({ ready: false });
    await expect(fetch(`http://${address}/v2/`)).rejects.toThrow();
  });

  it('stays as it is at a second start, and comes back when its process was killed', async () => {
    const { address } = await openRegistryPort(instance, addresses, guard);
    expect(await openRegistryPort(instance, addresses, guard)).toEqual({ address, wasStarted: false });
    const port = readState(instance)?.registryPort;
    expect(guarded).toEqual([port, port]);
    const pid = findProcess(instance, 'registry-port')?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => findProcess(instance, 'registry-port')).toBeUndefined();
    expect((await openRegistryPort(instance, addresses, guard)).wasStarted).toBe(true);
    await expect.poll(() => registryReadiness(instance)).toEqual({ ready: true });
  });

  it('follows the node to another address', async () => {
    await openRegistryPort(instance, { ...addresses, node: '127.34.56.79' }, guard);
    await expect.poll(() => registryReadiness(instance)).toMatchObject({ ready: false });
    expect((await openRegistryPort(instance, addresses, guard)).wasStarted).toBe(true);
    await expect.poll(() => registryReadiness(instance)).toEqual({ ready: true });
  });

  it('is another one where somebody has port 5000, and keeps what else the instance has chosen', async () => {
    const holder = createPortHolder();
    // Whoever has it already does as well.
    const held = new Promise((resolve) => holder.once('listening', resolve).once('error', resolve));
    holder.listen(5_000, '127.0.0.1');
    await held;
    try {
      rememberState(instance, { block: 7 });
      const { address } = await openRegistryPort(instance, addresses, guard);
      expect(address).not.toBe('localhost:5000');
      await expect.poll(() => registryReadiness(instance)).toEqual({ ready: true });
      expect(readState(instance)).toEqual({ block: 7, registryPort: Number(address.split(':')[1]) });
    } finally {
      holder.close();
    }
  });
});
