import { describe, expect, it } from 'vitest';

import { findNetwork, keepConditions, keepLook } from '../../../../src/database/index.ts';
import type { NetworkStatus } from '../../../../src/workflows/messages.ts';
import { description, done, endingIn, servers, step } from '../../api/harness.ts';
import { clientOf, type Client } from './harness.ts';

const start = servers();

async function put({ server }: Client, name: string): Promise<string> {
  const headers = { 'content-type': 'application/yaml' };
  const request = { method: 'PUT', url: `/v1/networks/${name}`, headers, payload: description(name) } as const;
  return (await server.as('operator', request)).json<{ id: string }>().id;
}

const node = { organization: 'org1', version: '2.5.0', certificates: [] } as const;

const STATUS: NetworkStatus = {
  ...{ network: 'seen', ready: false, conditions: [] },
  nodes: [
    { ...node, name: 'org1-ca', kind: 'ca', ready: true, reason: '' },
    { ...node, name: 'org1-peer1', kind: 'peer', ready: false, reason: 'ImagePullBackOff' },
  ],
  channels: [],
  chaincodes: [],
  certificates: [{ owner: 'org1/peer1', use: 'tls', serial: '3', notAfter: '2036-12-06T12:00:00Z' }],
};

describe('weft status through a service', () => {
  it('shows a network as the service has seen it last, and how long ago that was', async () => {
    const client = await clientOf(start);
    await put(client, 'seen');
    const network = await findNetwork(client.server.database, { cluster: 'local', name: 'seen' });
    await keepLook(client.server.database, network?.id ?? '', STATUS, new Date());
    const { code, out, err } = await client.weft('status', 'seen', '--exit-code');
    expect(code).toBe(6);
    expect(err).toMatch(/^Looked at \d+s ago\.\nA run is under way\. Watch: weft watch seen\n$/);
    expect(out).toMatch(/^seen on local: not ready, 1 of 4 nodes$/m);
    expect(out).toMatch(/^org1-peer1 +org1 +peer +. no +2\.5\.0 +2036-12-06 \(tls, \d+ days\) +ImagePullBackOff$/m);
    expect(out).toMatch(/^org0-orderer1 +org0 +orderer +. no +- +- +org0\/orderer1 is not on its cluster$/m);
  });

  it('lists networks in short, and says of those at which nobody has looked that nobody knows', async () => {
    const client = await clientOf(start);
    await put(client, 'unseen');
    await put(client, 'unmet');
    const network = await findNetwork(client.server.database, { cluster: 'local', name: 'unmet' });
    const condition = {
      type: 'PeersInStep',
      status: 'False',
      reason: 'PeersBehind',
      message: 'peer1 is behind',
    } as const;
    await keepConditions(client.server.database, network?.id ?? '', { conditions: [condition], seenAt: new Date() });
    const { code, out } = await client.weft('status', '--exit-code');
    expect(code).toBe(6);
    expect(out).toMatch(/^unseen +\? unknown +never *$/m);
    expect(out).toMatch(/^unmet +. no +\d+s +PeersInStep \(PeersBehind\): peer1 is behind$/m);
    const answer = JSON.parse((await client.weft('status', '-o', 'json')).out) as { networks: object[] };
    expect(answer.networks).toContainEqual({ network: 'unseen', ready: false, conditions: [] });
  });

  it('shows it with --watch until it is left', async () => {
    const client = await clientOf(start);
    await put(client, 'watched');
    const network = await findNetwork(client.server.database, { cluster: 'local', name: 'watched' });
    await keepLook(client.server.database, network?.id ?? '', { ...STATUS, network: 'watched' }, new Date());
    const left = setInterval(() => {
      client.interrupt('SIGINT');
    }, 200);
    const { code, out } = await client.weft('status', 'watched', '--watch');
    clearInterval(left);
    expect([code, out]).toEqual([130, expect.stringMatching(/^org1-peer1 .* no .* ImagePullBackOff$/m)]);
  });

  it('says which network is not there', async () => {
    const { weft } = await clientOf(start);
    const { code, err } = await weft('status', 'nowhere');
    expect([code, err]).toEqual([1, expect.stringContaining('there is no network nowhere on local.')]);
  });
});

describe('weft history through a service', () => {
  it('tells of each run who asked for it, how it ended and what it changed, newest first', async () => {
    const failure = { type: 'ImagePullFailed', message: 'no such image', remedies: [], details: [] };
    const temporal = endingIn(done('past', step('created')), { kind: 'failed', failure });
    const client = await clientOf(start, { temporal });
    const first = await put(client, 'past');
    await finished(client, first);
    const etag = (await client.server.as('viewer', { url: '/v1/networks/past' })).headers.etag;
    const headers = { 'content-type': 'application/yaml', 'if-match': String(etag) };
    const payload = description('past');
    const again = await client.server.as('admin', { method: 'PUT', url: '/v1/networks/past', headers, payload });
    await finished(client, again.json<{ id: string }>().id);
    const { code, out } = await client.weft('history', 'past');
    expect(code).toBe(0);
    const [, ...rows] = out.trimEnd().split('\n');
    expect(rows).toEqual([
      expect.stringMatching(/the-admin +up +. failed +no such image$/),
      expect.stringMatching(/the-operator +up +. done +1 created \(org1\/peer1\)$/),
    ]);
    expect((await client.weft('history', 'past', '--limit', '1')).out.trimEnd().split('\n')).toHaveLength(2);
  });
});

async function finished({ server }: Client, id: string): Promise<void> {
  for (;;) {
    const run = (await server.as('viewer', { url: `/v1/runs/${id}` })).json<{ done: boolean }>();
    if (run.done) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a command that cannot work through a service', () => {
  it.each([
    ['backup', ['backup', 'net', '--out', 'b.age', '--recipient', 'age1']],
    ['connection', ['connection', '--admin', '--network', 'net']],
    ['chaincode query', ['chaincode', 'query', 'basic', 'ReadAsset', '--network', 'net']],
  ])('%s says so and what to do, whether the service is named by a flag or by the environment', async (_, args) => {
    const client = await clientOf(start);
    for (const flags of [[], ['--api', client.url]]) {
      const { code, err } = await client.weft(...args, ...flags);
      expect([code, err]).toEqual([2, expect.stringContaining(`does not work through a service (${client.url})`)]);
      expect(err).toContain('--context NAME');
    }
  });

  it('works on a cluster that is named, whatever the environment says', async () => {
    const { weft } = await clientOf(start);
    const { err } = await weft('renew', 'net', '--context', 'prod');
    expect(err).toContain('this command is not to touch Temporal');
    const both = await weft('status', 'net', '--context', 'prod', '--api', 'http://127.0.0.1:1');
    expect([both.code, both.err]).toEqual([2, expect.stringContaining('name a service or a cluster, not both')]);
  });
});
