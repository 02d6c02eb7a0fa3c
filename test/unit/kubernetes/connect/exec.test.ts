import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';

import { execInPod } from '../../../../src/kubernetes/connect/exec.ts';
import { startApiServer, type FakeApiServer } from '../api-server.ts';

const TARGET = { namespace: 'test', pod: 'org1-ca-volume-files', command: ['tar', '-C', '/a b', '.'] };

let server: FakeApiServer;
let node: WebSocketServer;
/** What the node does with a program that it is to run. */
let run: (socket: WebSocket) => void;
let asked: { readonly url: string; readonly protocol: string }[];

beforeEach(async () => {
  asked = [];
  server = await startApiServer(() => ({ status: 404 }));
  node = new WebSocketServer({ noServer: true });
  server.http.on('upgrade', (request, socket, head) => {
    asked.push({ url: request.url ?? '', protocol: request.headers['sec-websocket-protocol'] ?? '' });
    node.handleUpgrade(request, socket, head, (opened) => {
      run(opened);
    });
  });
});

afterEach(async () => {
  for (const socket of node.clients) socket.terminate();
  await server.close();
});

const SUCCESS = { metadata: {}, status: 'Success' };

function frame(channel: number, content: string | object): Buffer {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return Buffer.concat([Buffer.of(channel), Buffer.from(text)]);
}

/** A program that writes and ends. */
function ending(status: object, ...frames: readonly Buffer[]): (socket: WebSocket) => void {
  return (socket) => {
    for (const written of frames) socket.send(written);
    socket.send(frame(3, status));
    socket.close();
  };
}

function exec(stdin?: Uint8Array): Promise<Uint8Array> {
  return execInPod(server.cluster, TARGET, { signal: AbortSignal.timeout(10_000), ...(stdin && { stdin }) });
}

describe('a program in a pod', () => {
  test('is told its words one by one, and returns what it wrote to standard output', async () => {
    run = ending(SUCCESS, frame(1, 'one '), frame(2, 'a warning'), frame(1, 'two'));
    expect(Buffer.from(await exec()).toString()).toBe('one two');
    const url = new URL(asked[0]?.url ?? '', 'http://fake');
    expect(url.pathname).toBe('/api/v1/namespaces/test/pods/org1-ca-volume-files/exec');
    expect(url.searchParams.getAll('command')).toEqual(TARGET.command);
    expect(url.searchParams.has('stdin')).toBe(false);
    expect(asked[0]?.protocol).toBe('v5.channel.k8s.io');
  });

  test('reads megabytes from standard input, and is told their end', async () => {
    const stdin = Buffer.alloc(3 * 1024 * 1024, 'x');
    run = (socket) => {
      let bytes = 0;
      socket.on('message', (message: Buffer) => {
        if (message.readUInt8(0) === 0) bytes += message.length - 1;
        else ending(SUCCESS, frame(1, `${String(bytes)} then ${message.toString('hex')}`))(socket);
      });
    };
    expect(Buffer.from(await exec(stdin)).toString()).toBe(`${String(stdin.length)} then ff00`);
  });

  test.each([
    ['with the last line that it wrote to standard error', [frame(2, 'tar: a\ntar: no space\n')], 'tar: no space.'],
    ['with what the node says, if it wrote nothing', [], 'exit status 2.'],
  ])('fails %s', async (_, written, told) => {
    run = ending({ status: 'Failure', message: 'exit status 2' }, ...written);
    const purpose = 'Cannot run tar in pod org1-ca-volume-files in namespace test: ';
    await expect(exec()).rejects.toMatchObject({ kind: 'invalid', message: `${purpose}${told}` });
  });

  test('of which the end did not come is no success, whatever it wrote', async () => {
    run = (socket) => {
      socket.send(frame(1, 'half of'));
      socket.close();
    };
    await expect(exec()).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test('is left alone by who is interrupted', async () => {
    const leave = new AbortController();
    run = () => {
      leave.abort(new Error('interrupted'));
    };
    await expect(execInPod(server.cluster, TARGET, { signal: leave.signal })).rejects.toThrow('interrupted');
  });
});
