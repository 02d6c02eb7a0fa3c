import { describe, expect, test } from 'vitest';

import { completeDescription } from '../../../src/spec/index.ts';
import { channelInput, networkSettings } from '../../../src/workflows/inputs.ts';
import { describedChannel, networkOf } from '../spec/descriptions.ts';

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
    const input = channelInput({ network: networkSettings(network), dryRun: false }, network, channel);
    expect(input.orderers.map(({ node, address }) => [node, address])).toEqual([
      ['org0-b', { host: 'b.example.com', port: 443 }],
      ['org0-a', { host: 'org0-a.net.svc.cluster.local', port: 6050 }],
    ]);
    expect(input.members.map(({ anchorPeers }) => anchorPeers)).toEqual([
      [{ host: '10.0.0.5', port: 7051 }],
      [{ host: 'org2-peer1.two.svc.cluster.local', port: 7051 }],
    ]);
  });
});
