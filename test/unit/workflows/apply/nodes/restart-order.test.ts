import { describe, expect, test } from 'vitest';

import { channelsAtRisk, inRestartOrder, riskInWords } from '../../../../../src/workflows/apply/nodes/restart-order.ts';
import type { ChannelStatus } from '../../../../../src/workflows/messages.ts';

/** A channel by its orderers, `*` behind the one that leads and `!` behind those that are not active, and its peers, `!` as well. */
function channel(name: string, orderers: readonly string[], peers: readonly string[] = []): ChannelStatus {
  return {
    name,
    height: 7,
    problems: [],
    orderers: orderers.map((orderer) => ({
      name: orderer.replace(/[*!]$/, ''),
      status: orderer.endsWith('!') ? 'unreachable' : 'active',
      height: 7,
      leader: orderer.endsWith('*'),
      reason: '',
    })),
    peers: peers.map((peer) => ({
      name: peer.replace(/!$/, ''),
      height: peer.endsWith('!') ? 0 : 7,
      reason: peer.endsWith('!') ? 'does not answer' : '',
    })),
  };
}

describe('the node that restarts next', () => {
  test.for<[string, readonly string[], readonly ChannelStatus[], string]>([
    ['is the first of those described where all are alike', ['o1', 'o2'], [channel('a', ['o1', 'o2', 'o3*'])], 'o1'],
    ['is a follower, not who leads', ['o1', 'o2'], [channel('a', ['o1*', 'o2', 'o3'])], 'o2'],
    ['is who leads where nobody else is left', ['o1'], [channel('a', ['o1*', 'o2', 'o3'])], 'o1'],
    ['is one that does not answer before all others', ['o1', 'o2', 'o3'], [channel('a', ['o1', 'o2', 'o3!'])], 'o3'],
    [
      'is who leads no channel of several',
      ['o1', 'o2', 'o3'],
      [channel('a', ['o1*', 'o2']), channel('b', ['o2*', 'o3'])],
      'o3',
    ],
    [
      'is one that is missing in one channel of several',
      ['o1', 'o2'],
      [channel('a', ['o1', 'o2']), channel('b', ['o2!'])],
      'o2',
    ],
    ['is a peer that does not answer before one that does', ['p1', 'p2'], [channel('a', ['o1*'], ['p1', 'p2!'])], 'p2'],
    ['is any where there is no channel', ['p1', 'p2'], [], 'p1'],
  ])('%s', ([, candidates, channels, next]) => {
    const [first] = inRestartOrder(candidates, (name) => name, channels);
    expect(first).toBe(next);
  });
});

describe('a channel', () => {
  test.for<[string, readonly string[], string | undefined]>([
    ['of three has one to spare', ['o1', 'o2*', 'o3'], undefined],
    [
      'of three of which another is missing has none',
      ['o1', 'o2*', 'o3!'],
      'of the 3 orderers of a only 1 other is active, and 2 are needed',
    ],
    ['of three of which the restarting one is missing loses nothing', ['o1!', 'o2*', 'o3'], undefined],
    ['of five of which another is missing has one to spare', ['o1', 'o2*', 'o3', 'o4', 'o5!'], undefined],
    [
      'of five of which two others are missing has none',
      ['o1', 'o2*', 'o3', 'o4!', 'o5!'],
      'of the 5 orderers of a only 2 others are active, and 3 are needed',
    ],
    ['of two stops in any case', ['o1', 'o2*'], undefined],
    ['of one stops in any case', ['o1*'], undefined],
    ['that the orderer is not in is not its matter', ['o2*', 'o3!', 'o4'], undefined],
  ])('%s', ([, orderers, words]) => {
    const risks = channelsAtRisk('o1', [channel('a', orderers)]);
    expect(risks.map(riskInWords)).toEqual(words === undefined ? [] : [words]);
  });
});
