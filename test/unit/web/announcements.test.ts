import { describe, expect, it } from 'vitest';

import {
  changedParts,
  messageOf,
  runAnnouncements,
  topologyAnnouncements,
  type AnnouncedPart,
} from '../../../src/web/model/announcements.ts';

const part = (id: string, text: string, isUrgent = false): AnnouncedPart => ({ id, text, isUrgent });

describe('what is said to who does not see the page', () => {
  it('is what has changed or come anew, and nothing of what is as it was or has gone', () => {
    const before = new Map([
      ['a', 'a, ready'],
      ['b', 'b, ready'],
      ['gone', 'gone, ready'],
    ]);
    const parts = [part('a', 'a, ready'), part('b', 'b, waiting'), part('c', 'c, ready')];
    expect(changedParts(before, parts).map(({ id }) => id)).toEqual(['b', 'c']);
  });

  it('is one message that says the last of each part, names four and counts the others', () => {
    expect(messageOf([])).toBe('');
    expect(messageOf([part('a', 'a, waiting'), part('b', 'b, ready'), part('a', 'a, ready')])).toBe(
      'a, ready. b, ready',
    );
    expect(messageOf(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => part(id, id)))).toBe('a. b. c. d. And 2 more changes');
  });
});

describe('a network', () => {
  it('is told by its nodes and channels, at once where one is not as it should be', () => {
    const ready = { state: 'ready', reason: '', channels: ['trade'] } as const;
    const nodes = [
      { ...ready, id: 'org1/ca', name: 'ca', kind: 'ca' },
      { ...ready, id: 'org1/peer1', name: 'peer1', kind: 'peer', state: 'notReady', reason: 'no such image' },
    ] as const;
    const told = topologyAnnouncements({
      structure: '',
      organizations: [{ name: 'org1', mspId: 'Org1MSP', domain: '', namespace: '', nodes }],
      channels: [{ ...ready, name: 'trade', orderers: [], members: [], chaincodes: [] }],
    });
    expect(told).toEqual([
      part('org1/ca', 'ca of org1, ready'),
      part('org1/peer1', 'peer1 of org1, not ready: no such image', true),
      part('channel:trade', 'channel trade, ready'),
    ]);
  });
});

describe('a run', () => {
  it('is told by how far it is, and by each step that waits, is tried again or has failed', () => {
    const step = { step: 'applyDeployment', attempts: 0, reason: '' };
    const steps = [
      { ...step, target: 'org1/ca', outcome: 'created' },
      { ...step, target: 'org1/peer1', outcome: 'running' },
      { ...step, target: 'org1/peer2', outcome: 'running', reason: 'VolumeUnbound' },
      { ...step, target: 'org1/peer3', outcome: 'failed', reason: 'no such image' },
    ] as const;
    expect(runAnnouncements({ state: 'running', steps })).toEqual([
      part('run', 'The run: running'),
      part('progress', '1 of 4 steps are done'),
      part('applyDeployment org1/peer2', 'applyDeployment on org1/peer2, waiting: VolumeUnbound'),
      part('applyDeployment org1/peer3', 'applyDeployment on org1/peer3, failed: no such image', true),
    ]);
  });
});
