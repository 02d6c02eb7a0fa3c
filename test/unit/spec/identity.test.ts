import { describe, expect, test } from 'vitest';

import {
  identityIssue,
  namespacesOfOthers,
  readIdentity,
  identityEntries,
  wantedIdentity,
  type FoundRecord,
  type NamedClusterRecords,
  type NetworkIdentity,
} from '../../../src/spec/index.ts';

const OURS: NetworkIdentity = { network: 'net-1', record: 'net-1', cluster: 'local', clusters: { local: 'uid-local' } };
const THEIRS: NetworkIdentity = { ...OURS, network: 'net-2', record: 'net-2' };

function found(namespace: string, part: Partial<FoundRecord> = {}): FoundRecord {
  return { namespace, uid: `record-of-${namespace}`, isExpected: true, ...part };
}

function local(...records: FoundRecord[]): NamedClusterRecords {
  return { cluster: 'local', uid: 'uid-local', records };
}

const elsewhere = { isExpected: false };

const FOREIGN: readonly (readonly [string, NamedClusterRecords[]])[] = [
  ['nothing', [local()]],
  ['one record', [local(found('net', { identity: OURS }))]],
  [
    'records of two namespaces',
    [local(found('a', { identity: OURS }), found('b', { identity: { ...OURS, record: 'b' } }))],
  ],
  ['a record that says no identity', [local(found('a'), found('b', { identity: OURS }))]],
  [
    'a copy elsewhere',
    [local(found('net', { identity: OURS }), found('copy', { ...elsewhere, foreign: 'is a copy' }))],
  ],
  [
    'another network elsewhere',
    [local(found('net', { identity: OURS }), found('b', { ...elsewhere, identity: THEIRS }))],
  ],
  ['a copy elsewhere, of a network that is new', [local(found('copy', { ...elsewhere, foreign: 'is a copy' }))]],
  ['a cluster that may not be read', [{ cluster: 'local', records: [found('net', { identity: OURS })] }]],
  [
    'a cluster that the network is new on',
    [local(found('net', { identity: OURS })), { cluster: 'eu', uid: 'uid-eu', records: [] }],
  ],
  [
    'one cluster under two names',
    [
      local(found('net', { identity: { ...OURS, clusters: { local: 'uid-local', org1: 'uid-local' } } })),
      { cluster: 'org1', uid: 'uid-local', records: [] },
    ],
  ],
];

describe('a network is taken for what it is where there is', () => {
  test.for(FOREIGN)('%s', ([, clusters]) => {
    expect(identityIssue('net', 'local', clusters)).toBeUndefined();
  });
});

const REFUSED: readonly (readonly [string, NamedClusterRecords[], object])[] = [
  [
    'a network of the same name in another namespace',
    [local(found('theirs', { ...elsewhere, identity: THEIRS }))],
    {
      kind: 'other network',
      namespaces: ['theirs'],
      fact: 'a network net stands in namespace theirs of cluster local, and this description puts it elsewhere',
    },
  ],
  [
    'another network in one of its namespaces',
    [local(found('a', { identity: OURS }), found('b', { identity: THEIRS }))],
    {
      kind: 'other network',
      namespaces: ['a', 'b'],
      fact: 'there are two networks net, one in namespace a of cluster local (net-1) and another in namespace b of cluster local (net-2)',
    },
  ],
  [
    'a record that somebody planted',
    [local(found('net', { foreign: 'is a copy' }))],
    { kind: 'foreign record', cluster: 'local', reason: 'is a copy' },
  ],
  [
    'another cluster behind a name',
    [
      local(found('net', { identity: { ...OURS, clusters: { local: 'uid-local', eu: 'uid-eu' } } })),
      { cluster: 'eu', uid: 'uid-us', records: [] },
    ],
    {
      kind: 'other cluster',
      cluster: 'eu',
      fact: 'the worker of cluster eu is connected to another one (uid-us) than that on which net lives (uid-eu)',
    },
  ],
  [
    'a worker of one cluster that is connected to another where the same network lives',
    [local(found('net', { identity: { ...OURS, cluster: 'staging', clusters: { staging: 'uid-local' } } }))],
    {
      kind: 'other cluster',
      cluster: 'local',
      fact: 'net is run as network/staging/net, by its record, and this run as network/local/net: the worker of local is connected to what is called staging',
    },
  ],
];

describe('a network is refused where there is', () => {
  test.for(REFUSED)('%s', ([, clusters, issue]) => {
    expect(identityIssue('net', 'local', clusters)).toMatchObject(issue);
  });
});

test('a look holds no lock, so that it may come by another name of the cluster', () => {
  const kept = local(found('net', { identity: { ...OURS, cluster: 'staging', clusters: {} } }));
  expect(identityIssue('net', undefined, [kept])).toBeUndefined();
});

test("what is in others' namespaces is none of this network, and what says nothing is", () => {
  const records = [
    found('net', { identity: OURS }),
    found('left', { ...elsewhere, identity: { ...OURS, record: 'left' } }),
    found('earlier', elsewhere),
    found('theirs', { ...elsewhere, identity: THEIRS }),
    found('copy', { ...elsewhere, foreign: 'is a copy' }),
  ];
  expect(namespacesOfOthers(records)).toEqual(['theirs', 'copy']);
});

describe('what the records of a run say', () => {
  test('of a new network: on which clusters it is, and not yet who it is', () => {
    const clusters = [local(), { cluster: 'eu', uid: 'uid-eu', records: [] }, { cluster: 'far', records: [] }];
    expect(wantedIdentity('local', clusters)).toEqual({
      cluster: 'local',
      clusters: { eu: 'uid-eu', local: 'uid-local' },
    });
  });

  test('of one that stands: what was known before, also where the cluster may not be read now', () => {
    const known = found('net', { identity: OURS });
    expect(wantedIdentity('local', [{ cluster: 'local', records: [known] }])).toEqual({
      ...{ network: 'net-1', cluster: 'local', clusters: { local: 'uid-local' } },
    });
  });
});

test('an identity is read as it was written, and nonsense is none', () => {
  expect(readIdentity(identityEntries(OURS))).toEqual(OURS);
  for (const text of ['', 'nonsense', '[]', '{"network":"net-1"}', '{"network":1,"record":"a","cluster":"b"}']) {
    expect(readIdentity({ 'identity.json': text })).toBeUndefined();
  }
});
