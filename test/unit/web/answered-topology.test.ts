import { describe, expect, it } from 'vitest';

import { answeredTopology } from '../../../src/web/model/answered-topology.ts';
import { ageInWords, staleInWords } from '../../../src/web/model/observation.ts';
import { reasonOf, wordOf } from '../../../src/web/model/topology.ts';

type Answer = Parameters<typeof answeredTopology>[0];
type Node = Answer['organizations'][number]['certificateAuthority'];

const node = (name: string, facts: Partial<Node> = {}): Node => ({
  ...{ id: `org1/${name}`, name, state: 'ready', reason: '', channels: ['trade'], ...facts },
});

const waiting = {
  ...{ run: 'up-1', step: 'awaitRollout', target: 'org1/peer2', attempt: 2 },
  ...{ type: 'ImagePullFailed', reason: 'no such image', nextAttemptAt: '2026-11-26T10:00:08Z' },
};

const ANSWER: Answer = {
  ...{ network: 'net', structure: 'a1', lastEvent: 9, run: 'up-1', observation: {} },
  organizations: [
    {
      ...{ name: 'org1', mspId: 'Org1MSP', domain: 'org1.example.com', cluster: 'local', namespace: 'net' },
      certificateAuthority: node('ca', { channels: [] }),
      orderers: [node('orderer1', { version: '2.5.0', certificateEnds: '2027-01-01T00:00:00Z' })],
      peers: [
        node('peer1', { state: 'missing', reason: 'it is not on its cluster' }),
        node('peer2', { step: waiting }),
      ],
    },
  ],
  channels: [
    {
      ...{ name: 'trade', state: 'notReady', reason: 'peer1 is behind', height: 7 },
      orderers: [{ organization: 'org1', nodes: ['orderer1'] }],
      members: [{ organization: 'org1', nodes: ['peer1', 'peer2'] }],
    },
  ],
  chaincodes: [
    { id: 'trade/basic', name: 'basic', channel: 'trade', version: '1.0', state: 'ready', reason: '', members: [] },
    { id: 'audit/basic', name: 'basic', channel: 'audit', version: '2.0', state: 'ready', reason: '', members: [] },
  ],
};

describe('the topology that the API answers with', () => {
  it('shows CA, orderers and peers of an organization in this order, each with its state, version and reason', () => {
    const nodes = answeredTopology(ANSWER).organizations[0]?.nodes ?? [];
    expect(nodes.map((one) => [one.kind, one.id, wordOf(one).word, reasonOf(one)])).toEqual([
      ['ca', 'org1/ca', 'Ready', ''],
      ['orderer', 'org1/orderer1', 'Ready', ''],
      ['peer', 'org1/peer1', 'Missing', 'it is not on its cluster'],
      ['peer', 'org1/peer2', 'Retrying', 'ImagePullFailed: no such image'],
    ]);
    expect(nodes[1]).toMatchObject({ version: '2.5.0', certificateEnds: '2027-01-01T00:00:00Z' });
  });

  it('says of what a run works on which step, which attempt and when the next one is', () => {
    const peer2 = answeredTopology(ANSWER).organizations[0]?.nodes[3];
    expect(peer2?.work).toMatchObject({ step: 'awaitRollout', attempt: 2, nextAttemptAt: '2026-11-26T10:00:08Z' });
  });

  it('shows a chaincode in its channel alone', () => {
    const { channels } = answeredTopology(ANSWER);
    expect(channels).toMatchObject([{ name: 'trade', height: 7, members: ['org1'], chaincodes: [{ version: '1.0' }] }]);
  });

  it('is laid out anew exactly when the API says that its structure is another', () => {
    expect(answeredTopology(ANSWER).structure).toBe('a1');
  });
});

describe('what was looked at', () => {
  const now = new Date('2026-11-26T10:00:30Z');

  it('is told with its age, and why it is not younger', () => {
    const stale = { since: '2026-11-26T10:00:00Z', reason: 'NO_WORKER', message: 'no worker answers' };
    const observation = { observedAt: '2026-11-26T09:59:20Z', stale };
    expect(ageInWords(observation, now)).toBe('Looked at 1m10s ago.');
    expect(staleInWords(observation, now)).toBe(
      'The first look that failed was 30s ago: no worker answers (NO_WORKER)',
    );
  });

  it('is not told to be old where nobody has tried, or where looks succeed', () => {
    expect(ageInWords({}, now)).toBe('Nobody has looked yet.');
    expect(staleInWords({ observedAt: '2026-11-26T09:59:20Z' }, now)).toBeUndefined();
  });
});
