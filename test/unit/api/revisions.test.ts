import { describe, expect, it } from 'vitest';

import { differencesOf, fieldChanges } from '../../../src/api/networks/revisions/differences.ts';
import type { RevisionChange } from '../../../src/api/networks/revisions/resource.ts';
import { description, servers } from './harness.ts';

const start = servers();

describe('two descriptions', () => {
  const peer = (name: string, storage = '1Gi') => ({ name, storage });
  const organization = (name: string, ...peers: object[]) => ({ name, peers });

  it.each<[string, unknown, unknown, RevisionChange[]]>([
    ['nothing', { name: 'net' }, { name: 'net' }, []],
    [
      'a field',
      { fabric: { version: '2.5.0' } },
      { fabric: { version: '2.5.9' } },
      [{ field: 'fabric.version', change: 'changed', before: '2.5.0', after: '2.5.9' }],
    ],
    [
      'a field that is new',
      {},
      { window: { from: '22:00' } },
      [{ field: 'window', change: 'added', after: { from: '22:00' } }],
    ],
    ['a field that is gone', { a: 1 }, {}, [{ field: 'a', change: 'removed', before: 1 }]],
    [
      'a field of an item, whatever its place in the list',
      { organizations: [organization('org1', peer('peer1'), peer('peer2'))] },
      { organizations: [organization('org0'), organization('org1', peer('peer2', '2Gi'), peer('peer1'))] },
      [
        {
          field: 'organizations[org1].peers[peer2].storage',
          ...{ change: 'changed', before: '1Gi', after: '2Gi' },
        },
        { field: 'organizations[org0]', change: 'added', after: organization('org0') },
      ],
    ],
    [
      'a name in a list',
      { channels: [{ name: 'c', peers: [{ organization: 'org1', peers: ['peer1', 'peer2'] }] }] },
      { channels: [{ name: 'c', peers: [{ organization: 'org1', peers: ['peer1', 'peer3'] }] }] },
      [
        { field: 'channels[c].peers[org1].peers[peer3]', change: 'added', after: 'peer3' },
        { field: 'channels[c].peers[org1].peers[peer2]', change: 'removed', before: 'peer2' },
      ],
    ],
    [
      'one of two chaincodes of a name',
      { chaincodes: ['a', 'b'].map((channel) => ({ name: 'basic', channel, version: '1' })) },
      { chaincodes: ['a', 'b'].map((channel) => ({ name: 'basic', channel, version: channel === 'b' ? '2' : '1' })) },
      [{ field: 'chaincodes[b/basic].version', change: 'changed', before: '1', after: '2' }],
    ],
  ])('that differ in %s say so', (_what, from, to, changes) => {
    const found = fieldChanges(from, to);
    expect(found).toHaveLength(changes.length);
    expect(found).toEqual(expect.arrayContaining(changes));
  });
});

describe('two revisions', () => {
  it('are compared by the lines of their texts, comments too', () => {
    const revision = (number: number, source: string) => ({
      ...{ networkId: 'network-1', number, source, description: { name: 'net' } },
      ...{ createdAt: new Date(0), createdBy: 'ana' },
    });
    const { changes, text } = differencesOf(revision(1, 'name: net\n'), revision(2, '# ours\nname: net\n'));
    expect(changes).toEqual([]);
    expect(text).toContain('--- revision 1');
    expect(text).toContain('\n+# ours\n name: net\n');
  });
});

describe('the revisions of a network', () => {
  it('are listed, shown with their text, and compared by fields and by lines', async () => {
    const { as } = await start();
    const put = (payload: string) =>
      as('operator', {
        ...{ method: 'PUT', url: '/v1/networks/revised', payload },
        headers: { 'content-type': 'application/yaml', 'if-match': '*' },
      });
    const first = description('revised');
    await as('operator', {
      ...{ method: 'PUT', url: '/v1/networks/revised', payload: first },
      headers: { 'content-type': 'application/yaml' },
    });
    const second = first.replace('orderers: 1', 'orderers: 3');
    // The run of the first holds the network; what is asked of it is kept by the first alone.
    expect((await put(second)).statusCode).toBe(409);
    const list = (await as('viewer', { url: '/v1/networks/revised/revisions' })).json<{ revisions: unknown[] }>();
    expect(list.revisions).toMatchObject([{ number: 1, createdBy: 'the-operator' }]);
    const one = (await as('viewer', { url: '/v1/networks/revised/revisions/1' })).json<{ source: string }>();
    expect(one.source).toBe(first);
    const same = await as('viewer', { url: '/v1/networks/revised/revisions:diff?from=1&to=1' });
    expect(same.json()).toEqual({ from: 1, to: 1, changes: [], text: '' });
    const missing = await as('viewer', { url: '/v1/networks/revised/revisions:diff?from=1&to=2' });
    expect([missing.statusCode, missing.json<{ reason: string }>().reason]).toEqual([404, 'REVISION_NOT_FOUND']);
  });
});
