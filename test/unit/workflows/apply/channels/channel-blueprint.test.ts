import { describe, expect, test } from 'vitest';

import { completeDescription, nodeName, type Network } from '../../../../../src/spec/index.ts';
import {
  channelBlueprint,
  type PublishedFacts,
} from '../../../../../src/workflows/apply/channels/channel-blueprint.ts';
import { describedChannel, networkOf } from '../../../spec/descriptions.ts';

/** What the organizations of a network publish when all of them are enrolled. */
function published({ organizations }: Network): PublishedFacts {
  return {
    roots: new Map(organizations.map(({ name }) => [name, { ca: `root of ${name}`, tlsca: `TLS root of ${name}` }])),
    orderers: new Map(
      organizations.flatMap((organization) =>
        organization.orderers.map((node) => {
          const name = nodeName(organization, node);
          return [name, { identity: `identity of ${name}`, tls: `TLS of ${name}` }] as const;
        }),
      ),
    ),
    revocationLists: new Map(),
  };
}

describe('what a channel is made of', () => {
  const network = networkOf(completeDescription(describedChannel({}, {})));
  const [channel] = network.channels;
  if (channel === undefined) throw new Error('the description has a channel');

  test('is its description with the roots and certificates that its organizations have published', () => {
    const blueprint = channelBlueprint(network, channel, published(network));
    expect(blueprint).toMatchObject({ name: channel.name, batch: channel.batch, policies: channel.policies });
    expect(blueprint?.ordering[0]).toMatchObject({
      roots: { ca: 'root of org0', tlsca: 'TLS root of org0' },
      consenters: [1, 2, 3].map((number) => ({
        mspId: 'OrdererMSP',
        identity: `identity of org0-orderer${number}`,
        tlsCertificate: `TLS of org0-orderer${number}`,
      })),
    });
    expect(blueprint?.members.map(({ name, roots }) => [name, roots.ca])).toContainEqual(['org1', 'root of org1']);
  });

  test('is also what the CA of an organization that comes to it has revoked', () => {
    const facts = { ...published(network), revocationLists: new Map([['org1', 'list of org1']]) };
    const { ordering = [], members = [] } = channelBlueprint(network, channel, facts) ?? {};
    const lists = [...ordering, ...members].map(({ name, revocationList }) => [name, revocationList]);
    expect(lists).toContainEqual(['org1', 'list of org1']);
    expect(lists.filter(([name, list]) => name !== 'org1' && list !== undefined)).toEqual([]);
  });

  test('is not known while a root of one of them, or a certificate of an orderer, is missing', () => {
    const facts = published(network);
    for (const name of ['org0', 'org1']) {
      const roots = new Map([...facts.roots].filter(([other]) => other !== name));
      expect(channelBlueprint(network, channel, { ...facts, roots })).toBeUndefined();
    }
    expect(channelBlueprint(network, channel, { ...facts, orderers: new Map() })).toBeUndefined();
  });
});

describe('the addresses of a channel', () => {
  test('are those of Services unless the description gives others, in the order of the channel', () => {
    const network = networkOf(
      completeDescription(
        describedChannel(
          { orderers: [{ organization: 'org0', orderers: ['b', 'a'] }] },
          {
            organizations: [
              { name: 'org0', orderers: [{ name: 'a' }, { name: 'b', address: 'b.example.com:443' }] },
              { name: 'org1', namespace: 'one', peers: [{ name: 'p', address: '10.0.0.5:7051' }] },
              { name: 'org2', namespace: 'two', peers: 2 },
            ],
          },
        ),
      ),
    );
    const [channel] = network.channels;
    if (channel === undefined) throw new Error('the description has a channel');
    const blueprint = channelBlueprint(network, channel, published(network));
    expect(blueprint?.ordering.flatMap(({ consenters }) => consenters.map(({ host, port }) => [host, port]))).toEqual([
      ['b.example.com', 443],
      ['org0-a.net.svc.cluster.local', 6050],
    ]);
    expect(blueprint?.ordering.map(({ endpoints }) => endpoints)).toEqual([
      ['b.example.com:443', 'org0-a.net.svc.cluster.local:6050'],
    ]);
    expect(blueprint?.members.map(({ anchorPeers }) => anchorPeers)).toEqual([
      [{ host: '10.0.0.5', port: 7051 }],
      [{ host: 'org2-peer1.two.svc.cluster.local', port: 7051 }],
    ]);
  });
});
