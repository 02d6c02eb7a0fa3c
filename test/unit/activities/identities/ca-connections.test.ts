import { createServer, type Server } from 'node:https';

import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import {
  createCertificateAuthorities,
  type CertificateAuthorities,
  type CertificateAuthorityPair,
} from '../../../../src/activities/identities/ca-connections.ts';
import { selfSignedServerCertificate } from '../../../../src/fabric/index.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf, storedSecret } from '../stored.ts';

const ORGANIZATION = describedNetwork().organization('org1');
const never = new AbortController().signal;

let endpoint: { readonly certificate: string; readonly key: string };
let server: Server;
let store: ObjectStore;
let authorities: CertificateAuthorities;
/** Connections to the Service, in order, each with whether it is still open. */
let connections: { service: string; port: number; open: boolean }[];
/** Paths that the CAs were asked for. */
let asked: string[];

beforeAll(async () => {
  endpoint = await selfSignedServerCertificate({ commonName: 'org1-ca', hosts: ['org1-ca'], lifetimeHours: 1 });
});

beforeEach(async () => {
  connections = [];
  asked = [];
  server = createServer({ cert: endpoint.certificate, key: endpoint.key }, ({ url = '' }, response) => {
    asked.push(url);
    const chain = Buffer.from(
      `-----BEGIN CERTIFICATE-----\n${url.includes('tlsca') ? 'TLS' : 'CA'}\n-----END CERTIFICATE-----\n`,
    );
    const result = { CAName: '', CAChain: chain.toString('base64'), Version: '1.5.21' };
    response.end(JSON.stringify({ result, errors: [], messages: [], success: true }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  store = objectStore([storedSecret('org1-ca-tls', { 'tls.crt': endpoint.certificate, 'tls.key': endpoint.key })]);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  authorities = createCertificateAuthorities({
    ...dependenciesOf(store),
    connector: {
      connect: (target) => {
        const connection = { service: target.service, port: target.port, open: true };
        connections.push(connection);
        const close = (): Promise<void> => {
          connection.open = false;
          return Promise.resolve();
        };
        return Promise.resolve({ host: '127.0.0.1', port, close });
      },
    },
  });
});

afterEach(async () => {
  vi.useRealTimers();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function use<T>(act: (pair: CertificateAuthorityPair) => Promise<T>, signal = never): Promise<T> {
  return authorities.use(ORGANIZATION, signal, act);
}

describe('the connections to the CAs of an organization', () => {
  test('lead to its Service, are trusted by the stored certificate, and tell the two CAs apart', async () => {
    const roots = await use((pair) => pair.roots());
    expect(connections).toMatchObject([{ service: 'org1-ca', port: 443 }]);
    expect(asked.sort()).toEqual(['/cainfo?ca=org1-ca', '/cainfo?ca=org1-tlsca']);
    expect(roots.ca).toContain('\nCA\n');
    expect(roots.tlsca).toContain('\nTLS\n');
  });

  test('trust nobody who shows another certificate', async () => {
    const other = await selfSignedServerCertificate({ commonName: 'org1-ca', hosts: ['org1-ca'], lifetimeHours: 1 });
    store.put(storedSecret('org1-ca-tls', { 'tls.crt': other.certificate, 'tls.key': other.key }));
    await expect(use((pair) => pair.roots())).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test('cannot be opened before the endpoint has a certificate', async () => {
    store = objectStore([]);
    authorities = createCertificateAuthorities(dependenciesOf(store));
    await expect(use(() => Promise.resolve())).rejects.toMatchObject({ type: 'MaterialMissing' });
  });

  test('are shared by steps that work at the same time, and by the next', async () => {
    await Promise.all([use((pair) => pair.roots()), use((pair) => pair.roots())]);
    await use((pair) => pair.roots());
    expect(connections).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  test('are closed when nobody has used them for two seconds, and not before', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await use(() => Promise.resolve());
    await vi.advanceTimersByTimeAsync(1_900);
    await use(() => Promise.resolve());
    await vi.advanceTimersByTimeAsync(1_900);
    expect(connections).toMatchObject([{ open: true }]);
    await vi.advanceTimersByTimeAsync(200);
    vi.useRealTimers();
    await vi.waitFor(() => {
      expect(connections).toMatchObject([{ open: false }]);
    });
  });

  test('are not used again after a failure, and closed when their last user is done', async () => {
    let finish = (): void => undefined;
    const other = use(() => new Promise<void>((resolve) => (finish = resolve)));
    await expect(use(() => Promise.reject(new Error('the CA does not answer')))).rejects.toThrow();
    expect(connections).toMatchObject([{ open: true }]);
    await use(() => Promise.resolve());
    expect(connections).toHaveLength(2);
    finish();
    await other;
    await vi.waitFor(() => {
      expect(connections[0]).toMatchObject({ open: false });
    });
  });

  test('survive the end of one of the steps that share them', async () => {
    const cancelled = new AbortController();
    const act = (): Promise<void> => {
      cancelled.abort(new Error('cancelled'));
      return Promise.resolve();
    };
    await expect(use(act, cancelled.signal)).rejects.toThrow('cancelled');
    await use(() => Promise.resolve());
    expect(connections).toHaveLength(1);
  });
});

describe('the registrar', () => {
  test('has a certificate of its own for each CA, and is read once', async () => {
    store.put(storedSecret('org1-ca-registrar', { 'key.pem': 'key', 'cert.pem': 'one', 'tlsca-cert.pem': 'two' }));
    let reads = 0;
    store.onRequest = ({ path }) => {
      if (path.endsWith('org1-ca-registrar')) reads += 1;
    };
    await use(async (pair) => {
      expect(await pair.registrars()).toEqual({
        enrollmentCa: { certificate: 'one', key: 'key' },
        tlsCa: { certificate: 'two', key: 'key' },
      });
      await pair.registrars();
    });
    expect(reads).toBe(1);
  });

  test.each(['key.pem', 'cert.pem', 'tlsca-cert.pem'])('is not enrolled while %s is missing', async (entry) => {
    const registrar = { 'key.pem': 'key', 'cert.pem': 'one', 'tlsca-cert.pem': 'two' };
    const others = Object.entries(registrar).filter(([name]) => name !== entry);
    store.put(storedSecret('org1-ca-registrar', Object.fromEntries(others)));
    await expect(use((pair) => pair.registrars())).rejects.toMatchObject({ type: 'MaterialMissing' });
  });
});
