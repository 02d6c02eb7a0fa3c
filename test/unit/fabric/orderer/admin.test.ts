import { createServer } from 'node:https';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { connectOrdererAdmin, selfSignedServerCertificate, type OrdererAdmin } from '../../../../src/fabric/index.ts';
import { freePort } from '../../../support/free-port.ts';
import { newBlock } from '../channel/blocks.ts';

vi.mock('node:timers/promises', () => import('../../activities/instant-timers.ts'));

/*
 * Answers that a real orderer gives seldom or never; test/integration/channel-config.test.ts asks real ones.
 */

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A client of an orderer that answers every call alike; without an answer, of one that never does. */
async function ordererThat(
  answer?: Answer | ((method: string, calls: number) => Answer | undefined),
  timeoutMs = 10_000,
): Promise<OrdererAdmin> {
  const { certificate, key } = await selfSignedServerCertificate({
    commonName: 'org0-orderer1',
    hosts: ['org0-orderer1'],
    lifetimeHours: 1,
  });
  let calls = 0;
  const server = createServer({ cert: certificate, key }, (request, response) => {
    calls += 1;
    const given = typeof answer === 'function' ? answer(request.method ?? '', calls) : answer;
    if (given !== undefined) response.writeHead(given.status).end(given.text);
    else if (typeof answer === 'function') request.socket.destroy();
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const admin = connectOrdererAdmin({
    host: '127.0.0.1',
    port,
    servername: 'org0-orderer1',
    tlsRoots: certificate,
    certificate,
    key,
    timeoutMs,
  });
  cleanUps.push(async () => {
    await admin.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return admin;
}

const error = (text: string): string => JSON.stringify({ error: text });
const block = newBlock({ channel: 'mychannel', number: 0 }).serializeBinary();

describe('an orderer', () => {
  it.each([
    [
      'has the channel',
      { status: 405, text: error('cannot join: channel already exists') },
      {
        kind: 'alreadyExists',
        message: 'Orderer org0-orderer1 could not join the channel: cannot join: channel already exists',
      },
    ],
    ['has a system channel', { status: 405, text: error('cannot join: system channel exists') }, { kind: 'refused' }],
    [
      'is still removing the channel',
      { status: 409, text: error('cannot join: channel pending removal') },
      { kind: 'unavailable' },
    ],
    [
      'could not remove the channel',
      { status: 500, text: error('cannot join: channel removal failure') },
      { kind: 'unavailable' },
    ],
    ['does not accept the block', { status: 400, text: error('invalid join block') }, { kind: 'refused' }],
    ['has no such API', { status: 503, text: error('channel participation API is disabled') }, { kind: 'unavailable' }],
    [
      'is none',
      { status: 200, text: '<html></html>' },
      {
        kind: 'unexpected',
        message:
          'Orderer org0-orderer1 could not join the channel: it answered with something that is not of the channel participation API',
      },
    ],
  ])('that %s says so by its kind of error', async (_what, answer, expected) => {
    const admin = await ordererThat(answer);
    await expect(admin.join(block)).rejects.toMatchObject(expected);
  });

  const part: Answer = {
    status: 200,
    text: JSON.stringify({ status: 'active', consensusRelation: 'consenter', height: 1 }),
  };
  const absent: Answer = { status: 404, text: error('channel does not exist') };

  it.each([undefined, { status: 429, text: '' }, { status: 503, text: '' }])(
    'is asked again where it fails in passing: %j',
    async (first) => {
      const admin = await ordererThat((_, calls) => (calls === 1 ? first : part));
      expect(await admin.channel('mychannel')).toMatchObject({ status: 'active' });
    },
  );

  it.each([
    ['has joined although its answer was lost, does not join again', part, ['POST', 'GET']],
    ['has not joined, joins when that was seen', absent, ['POST', 'GET', 'POST']],
  ] as const)('that %s', async (_, found, expected) => {
    const asked: string[] = [];
    const admin = await ordererThat((method) => {
      asked.push(method);
      if (asked.length === 1) return undefined;
      return method === 'GET' ? found : { ...part, status: 201 };
    });
    expect(await admin.join(block)).toMatchObject({ status: 'active' });
    expect(asked).toEqual(expected);
  });

  it('that has left although its answer was lost is not told to leave again', async () => {
    const asked: string[] = [];
    const admin = await ordererThat((method) => {
      asked.push(method);
      return asked.length === 1 ? undefined : absent;
    });
    await admin.remove('mychannel');
    expect(asked).toEqual(['DELETE', 'GET']);
  });

  it('lacks a channel only if it says so itself', async () => {
    const lacking = await ordererThat({ status: 404, text: error('channel does not exist') });
    expect(await lacking.channel('mychannel')).toBeUndefined();
    const proxy = await ordererThat({ status: 404, text: '404 page not found' });
    await expect(proxy.channel('mychannel')).rejects.toMatchObject({
      kind: 'unexpected',
      message: 'Orderer org0-orderer1 could not look up channel mychannel: it answered with HTTP status 404',
    });
  });

  it('that does not answer is given up in time', async () => {
    const admin = await ordererThat(undefined, 300);
    await expect(admin.channels()).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('did not answer within 300 ms') as string,
    });
  });
});
