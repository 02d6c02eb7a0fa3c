import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Server, ServerCredentials, status, type sendUnaryData } from '@grpc/grpc-js';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { connectTemporal, temporalSettings, type TemporalSettings } from '../../../src/client/index.ts';
import { explain } from '../../../src/cli/explain/index.ts';
import { selfSignedCertificate, type TestCertificate } from '../../support/certificates.ts';

/*
 * Temporal's side is a gRPC server, by TLS or without, that answers what a client asks first with nothing in it.
 */

let own: TestCertificate;
let foreign: TestCertificate;
let elsewhere: TestCertificate;

beforeAll(async () => {
  [own, foreign, elsewhere] = await Promise.all([
    selfSignedCertificate('IP:127.0.0.1'),
    selfSignedCertificate('IP:127.0.0.1'),
    selfSignedCertificate('DNS:temporal.example.com'),
  ]);
});

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Answer = (callback: sendUnaryData<Buffer>) => void;

const nothing: Answer = (callback) => {
  callback(null, Buffer.alloc(0));
};

const refused =
  (code: status, details: string): Answer =>
  (callback) => {
    callback({ code, details });
  };

interface Behaviour {
  readonly credentials?: ServerCredentials;
  readonly systemInfo?: Answer;
  readonly namespace?: Answer;
}

/** @returns its address */
async function serve({ credentials, systemInfo = nothing, namespace = nothing }: Behaviour): Promise<string> {
  const server = new Server();
  const bytes = (value: Buffer): Buffer => value;
  const method = (name: string): object => ({
    path: `/temporal.api.workflowservice.v1.WorkflowService/${name}`,
    ...{ requestStream: false, responseStream: false },
    ...{ requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes },
  });
  const service = { GetSystemInfo: method('GetSystemInfo'), DescribeNamespace: method('DescribeNamespace') };
  server.addService(service as Parameters<Server['addService']>[0], {
    GetSystemInfo: (_: unknown, callback: sendUnaryData<Buffer>) => {
      systemInfo(callback);
    },
    DescribeNamespace: (_: unknown, callback: sendUnaryData<Buffer>) => {
      namespace(callback);
    },
  });
  closing.push(() => {
    server.forceShutdown();
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials ?? ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return `127.0.0.1:${port}`;
}

function tls({ cert, key }: TestCertificate, clients?: TestCertificate): ServerCredentials {
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) };
  return ServerCredentials.createSsl(
    clients === undefined ? null : Buffer.from(clients.cert),
    [pair],
    clients !== undefined,
  );
}

function settings(address: string, connection: Partial<TemporalSettings['connection']>): TemporalSettings {
  return { ...temporalSettings({}, address), connection: { address, ...connection } };
}

/** What is told of a connection that fails, and within how many milliseconds. */
async function told(asked: TemporalSettings): Promise<{ message: string; hints: readonly string[]; ms: number }> {
  const began = performance.now();
  const error: unknown = await connectTemporal(asked).then(
    async (temporal) => {
      await temporal.close();
      throw new Error('it was connected');
    },
    (reason: unknown) => reason,
  );
  const { message, hints = [] } = await explain(error);
  return { message: message.replaceAll(asked.address, 'T'), hints, ms: performance.now() - began };
}

const trusting = ({ cert }: TestCertificate): TemporalSettings['connection']['tls'] => ({
  serverRootCACertificate: Buffer.from(cert),
});

interface Row {
  readonly what: string;
  readonly server: () => Behaviour;
  readonly client: () => Partial<TemporalSettings['connection']>;
  readonly message: RegExp;
  readonly setting: string;
}

const ROWS: readonly Row[] = [
  {
    what: 'speaks TLS to a client that does not',
    server: () => ({ credentials: tls(own) }),
    client: () => ({}),
    message: /^Temporal at T speaks TLS, and this client does not\. Nothing was started\.$/,
    setting: 'TEMPORAL_TLS=true',
  },
  {
    what: 'does not speak TLS to a client that does',
    server: () => ({}),
    client: () => ({ tls: true }),
    message: /^Temporal at T does not speak TLS, and this client does\./,
    setting: 'TEMPORAL_TLS=false',
  },
  {
    what: 'has a certificate of a CA that the client does not know',
    server: () => ({ credentials: tls(own) }),
    client: () => ({ tls: trusting(foreign) }),
    message: /^Temporal at T shows a certificate that this client does not trust \(DEPTH_ZERO_SELF_SIGNED_CERT\)\./,
    setting: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  },
  {
    what: 'has a certificate for another name',
    server: () => ({ credentials: tls(elsewhere) }),
    client: () => ({ tls: trusting(elsewhere) }),
    message: /^Temporal at T shows a certificate for another name: .*127\.0\.0\.1/,
    setting: 'TEMPORAL_TLS_SERVER_NAME',
  },
  {
    what: 'wants a certificate of a client that has none',
    server: () => ({ credentials: tls(own, own) }),
    client: () => ({ tls: trusting(own) }),
    message: /^Temporal at T does not accept the certificate of this client, or that it has none\./,
    setting: 'TEMPORAL_TLS_CLIENT_CERT_PATH',
  },
  {
    what: 'refuses the certificate of a client',
    server: () => ({ credentials: tls(own, own) }),
    client: () => ({
      tls: {
        serverRootCACertificate: Buffer.from(own.cert),
        clientCertPair: { crt: Buffer.from(foreign.cert), key: Buffer.from(foreign.key) },
      },
    }),
    message: /^Temporal at T does not accept the certificate of this client, or that it has none\./,
    setting: 'TEMPORAL_TLS_CLIENT_CERT_PATH',
  },
  {
    what: 'refuses an API key',
    server: () => ({
      credentials: tls(own),
      systemInfo: refused(status.PERMISSION_DENIED, 'Request unauthorized.'),
    }),
    client: () => ({ apiKey: 'wrong', tls: trusting(own) }),
    message: /^Temporal at T refuses access: Request unauthorized\.$/,
    setting: 'TEMPORAL_API_KEY',
  },
  {
    what: 'refuses an API key for the namespace',
    server: () => ({ namespace: refused(status.PERMISSION_DENIED, 'Request unauthorized.') }),
    client: () => ({ apiKey: 'of another', tls: false }),
    message: /^Temporal at T refuses access: Request unauthorized\.$/,
    setting: 'TEMPORAL_NAMESPACE',
  },
  {
    what: 'has no such namespace',
    server: () => ({ namespace: refused(status.NOT_FOUND, 'Namespace default is not found.') }),
    client: () => ({}),
    message: /^Temporal has no namespace "default"\. Nothing was started\.$/,
    setting: 'TEMPORAL_NAMESPACE',
  },
];

/** Of a command, on a busy machine. What passes by itself would be tried again for five seconds. */
const AT_ONCE_MS = 3_000;

describe('a Temporal server is told of at once, with the setting to change, that', () => {
  it.each(ROWS)('$what', async ({ server, client, message, setting }) => {
    const address = await serve(server());
    const { message: words, hints, ms } = await told(settings(address, client()));
    expect(words).toMatch(message);
    expect(hints.join('\n')).toContain(setting);
    expect(ms).toBeLessThan(AT_ONCE_MS);
  });
});

describe('a Temporal server', () => {
  it('is connected to by TLS, with a certificate of the client', async () => {
    const address = await serve({ credentials: tls(own, own) });
    const client = settings(address, {
      tls: {
        serverRootCACertificate: Buffer.from(own.cert),
        clientCertPair: { crt: Buffer.from(own.cert), key: Buffer.from(own.key) },
      },
    });
    const temporal = await connectTemporal(client);
    await expect(temporal.close()).resolves.toBeUndefined();
  });

  it('that is none, but another server without TLS, is no question of TLS', async () => {
    const other: HttpServer = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      other.closeAllConnections();
      other.close();
    });
    const { port } = other.address() as AddressInfo;
    const { message } = await told(settings(`127.0.0.1:${port}`, {}));
    expect(message).toMatch(/^no Temporal server answers at T: /);
  });
});
