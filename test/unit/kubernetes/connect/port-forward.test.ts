import { once } from 'node:events';
import { connect } from 'node:net';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';

import { portForward, serviceDns, type Connection } from '../../../../src/kubernetes/index.ts';
import { failure, startApiServer, type FakeApiServer, type Reply } from '../api-server.ts';

const TARGET = { namespace: 'test', service: 'org1-ca', port: 443 };
const PORT_PREFIX = Buffer.from([0x8e, 0x1b]);

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'org1-ca' },
  spec: { selector: { app: 'ca' }, ports: [{ name: 'https', port: 443, targetPort: 'https' }, { port: 9443 }] },
};

function newPod(name: string, ready: string): object {
  return {
    metadata: { name },
    spec: { containers: [{ name: 'ca', ports: [{ name: 'https', containerPort: 7054 }] }] },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  };
}

let server: FakeApiServer;
let kubelet: WebSocketServer;
let pods: object[];
let service: Reply;
/** What the node does with a tunnel. */
let serve: (tunnel: WebSocket, url: string) => void;
/** Answers an upgrade instead of the node. */
let refuse: string | undefined;
let dialled: string[];
const connections: Connection[] = [];

beforeEach(async () => {
  pods = [newPod('org1-ca-old', 'False'), newPod('org1-ca-new', 'True')];
  service = { status: 200, body: SERVICE };
  refuse = undefined;
  dialled = [];
  serve = echo;
  server = await startApiServer(({ url }) =>
    url.includes('/services/') ? service : { status: 200, body: { metadata: {}, items: pods } },
  );
  kubelet = new WebSocketServer({ noServer: true });
  server.http.on('upgrade', (request, socket, head) => {
    dialled.push(request.url ?? '');
    if (refuse !== undefined) {
      socket.end(refuse);
      return;
    }
    kubelet.handleUpgrade(request, socket, head, (tunnel) => {
      for (const channel of [0, 1]) tunnel.send(Buffer.concat([Buffer.of(channel), PORT_PREFIX]));
      serve(tunnel, request.url ?? '');
    });
  });
});

afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
  for (const tunnel of kubelet.clients) tunnel.terminate();
  await server.close();
});

describe('port forwarding', () => {
  test('leads to the named port of a ready pod of the Service', async () => {
    const { host, port } = await open();

    expect(await say(port, 'hello')).toBe('hello');
    expect(host).toBe('localhost');
    expect(dialled).toEqual(['/api/v1/namespaces/test/pods/org1-ca-new/portforward?ports=7054']);
  });

  test('leads to the same number where the Service names no other port', async () => {
    await open({ ...TARGET, port: 9443 });

    expect(dialled).toEqual(['/api/v1/namespaces/test/pods/org1-ca-new/portforward?ports=9443']);
  });

  test('gives every connection a tunnel of its own', async () => {
    const { port } = await open();

    const answers = await Promise.all(['one', 'two', 'three'].map((text) => say(port, text)));

    expect(answers).toEqual(['one', 'two', 'three']);
    expect(dialled).toHaveLength(3);
  });

  test('hands no tunnel to a connection that the server may have given up by then', async () => {
    const { port } = await open();
    const [first] = kubelet.clients;
    if (first === undefined) throw new Error('nothing was dialled');

    // Servers give a silent connection some seconds.
    await once(first, 'close', { signal: AbortSignal.timeout(4_000) });

    expect(await say(port, 'hello')).toBe('hello');
    expect(dialled).toHaveLength(2);
  });

  test('leads from the port that is asked for', async () => {
    const free = await open();
    const { port } = free;
    await free.close();
    const connection = await portForward(server.cluster, { localPort: port }).connect(
      TARGET,
      AbortSignal.timeout(5_000),
    );
    connections.push(connection);

    expect(connection.port).toBe(port);
    expect(await say(port, 'hello')).toBe('hello');
  });

  test('leaves nothing open where the port is taken', async () => {
    const { port } = await open();
    const second = portForward(server.cluster, { localPort: port }).connect(TARGET, AbortSignal.timeout(5_000));

    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    await expect.poll(() => kubelet.clients.size).toBeLessThanOrEqual(1);
  });

  test('carries megabytes unharmed in both directions', async () => {
    const { port } = await open();
    const sent = Buffer.alloc(8 * 1024 * 1024, 'weft');

    const socket = connect(port, '127.0.0.1');
    const received: Buffer[] = [];
    let length = 0;
    const whole = new Promise<void>((resolve) => {
      socket.on('data', (data) => {
        received.push(data);
        length += data.length;
        if (length >= sent.length) resolve();
      });
    });
    socket.write(sent);
    await whole;
    socket.destroy();

    expect(Buffer.concat(received).equals(sent)).toBe(true);
  });

  test('passes on what a server says first', async () => {
    serve = (tunnel) => {
      tunnel.send(Buffer.concat([Buffer.of(0), Buffer.from('welcome')]));
    };
    const { port } = await open();

    const socket = connect(port, '127.0.0.1');
    const [data] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();

    expect(data.toString()).toBe('welcome');
  });

  test('ends the connection when the pod ends it, after everything has arrived', async () => {
    serve = (tunnel) => {
      tunnel.on('message', () => {
        tunnel.send(Buffer.concat([Buffer.of(0), Buffer.from('bye')]));
        tunnel.close();
      });
    };
    const { port } = await open();

    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.write('go');
    await once(socket, 'close');

    expect(text).toBe('bye');
  });

  test('ends the tunnel when the client goes away', async () => {
    const { port } = await open();
    const [tunnel] = [...kubelet.clients];
    const ended = once(tunnel as WebSocket, 'close');

    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.resetAndDestroy();

    await ended;
  });

  test('resets the connection when the node cannot reach the port', async () => {
    serve = (tunnel) => {
      tunnel.send(Buffer.concat([Buffer.of(1), Buffer.from('dial tcp4 127.0.0.1:7054: connect: connection refused')]));
    };
    const { port } = await open();

    const socket = connect(port, '127.0.0.1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];

    expect(error.code).toBe('ECONNRESET');
  });

  test('resets a connection whose tunnel breaks, and serves the next', async () => {
    const { port } = await open();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('x');
    await once(socket, 'data');

    for (const tunnel of kubelet.clients) tunnel.terminate();
    await once(socket, 'close');

    expect(await say(port, 'again')).toBe('again');
  });

  test('finds the pod that took the place of the first', async () => {
    const { port } = await open();
    await say(port, 'first');
    pods = [newPod('org1-ca-third', 'True')];
    const gone = 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n';
    server.http.prependListener('upgrade', ({ url }) => {
      refuse = url?.includes('org1-ca-new') === true ? gone : undefined;
    });

    expect(await say(port, 'second')).toBe('second');
    expect(dialled.at(-1)).toContain('/pods/org1-ca-third/');
  });

  test('resets a connection that no pod is there for any more, and stays open', async () => {
    const { port } = await open();
    await say(port, 'first');
    refuse = 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n';
    pods = [];

    const socket = connect(port, '127.0.0.1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');

    refuse = undefined;
    pods = [newPod('org1-ca-new', 'True')];
    expect(await say(port, 'back')).toBe('back');
  });

  test('closes with everything that goes through it', async () => {
    const connection = await open();
    const socket = connect(connection.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('x');
    await once(socket, 'data');

    await connection.close();
    await once(socket, 'close');

    await expect(say(connection.port, 'x')).rejects.toThrow('ECONNREFUSED');
  });

  test('can be closed before it was used', async () => {
    const connection = await open();
    const [tunnel] = [...kubelet.clients];
    const ended = once(tunnel as WebSocket, 'close');

    await connection.close();

    await ended;
  });
});

describe('opening a way to a Service fails', () => {
  test('as noReadyPod while no pod is ready', async () => {
    pods = [newPod('org1-ca-old', 'False')];

    await expect(open()).rejects.toMatchObject({
      kind: 'noReadyPod',
      message: 'Service org1-ca in namespace test has no ready pod.',
    });
  });

  test('with the ports that there are when the port is none of them', async () => {
    await expect(open({ ...TARGET, port: 7054 })).rejects.toMatchObject({
      kind: 'invalid',
      message: 'Service org1-ca in namespace test has no port 7054. It has: 443, 9443.',
    });
  });

  test('as notFound without the Service', async () => {
    service = failure(404, 'NotFound', 'services "org1-ca" not found');

    await expect(open()).rejects.toMatchObject({ kind: 'notFound' });
  });

  test('with the answer of the API server when that refuses', async () => {
    const body = JSON.stringify({
      kind: 'Status',
      reason: 'Forbidden',
      message: 'pods "org1-ca-new" is forbidden: no portforward',
    });
    refuse = `HTTP/1.1 403 Forbidden\r\ncontent-length: ${String(body.length)}\r\nconnection: close\r\n\r\n${body}`;

    await expect(open()).rejects.toMatchObject({
      kind: 'forbidden',
      message:
        'Cannot forward port 7054 of pod org1-ca-new in namespace test: pods "org1-ca-new" is forbidden: no portforward.',
    });
  });

  test('as unreachable when the connection breaks', async () => {
    refuse = '';

    await expect(open()).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test('with the reason of the signal when that is aborted', async () => {
    const reason = new Error('the run was cancelled');

    await expect(portForward(server.cluster).connect(TARGET, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test('with the reason of the signal when that is aborted while the API server hesitates', async () => {
    const aborter = new AbortController();
    const reason = new Error('the run was cancelled');
    server.http.removeAllListeners('upgrade');
    server.http.on('upgrade', (_request, socket) => {
      socket.on('end', () => socket.destroy()).resume();
      aborter.abort(reason);
    });

    await expect(portForward(server.cluster).connect(TARGET, aborter.signal)).rejects.toBe(reason);
  });
});

test('inside the cluster a Service is reached by its DNS name', async () => {
  const connection = await serviceDns().connect(TARGET, AbortSignal.timeout(1_000));

  expect(connection).toMatchObject({ host: 'org1-ca.test.svc', port: 443 });
  await connection.close();
});

async function open(target = TARGET): Promise<Connection> {
  const connection = await portForward(server.cluster).connect(target, AbortSignal.timeout(10_000));
  connections.push(connection);
  return connection;
}

/** Says something and returns the first answer. */
async function say(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(text);
    const [data] = (await once(socket, 'data')) as [Buffer];
    return data.toString();
  } finally {
    socket.destroy();
  }
}

function echo(tunnel: WebSocket): void {
  tunnel.on('message', (frame: Buffer) => {
    tunnel.send(frame);
  });
}
