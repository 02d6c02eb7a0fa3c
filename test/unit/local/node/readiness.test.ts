import { describe, expect, it } from 'vitest';

import type { ApiClient } from '../../../../src/local/node/api-client.ts';
import { dnsReadiness, nodeReadiness, storageReadiness } from '../../../../src/local/node/readiness.ts';

const started = { name: 'weft', startedAt: '2026-01-01T10:00:00.500Z' };
const before = '2026-01-01T09:59:59Z';
const after = '2026-01-01T10:00:00Z';

describe('the readiness of the node', () => {
  it('is what the kubelet says', async () => {
    expect(await nodeReadiness(answering(node('True', after)), started)).toEqual({ ready: true });
    expect(await nodeReadiness(answering(node('False', after)), started)).toEqual({
      ready: false,
      reason: 'no network',
    });
  });

  it('is not what the kubelet said before the node was started', async () => {
    expect(await nodeReadiness(answering(node('True', before)), started)).toMatchObject({ ready: false });
  });

  it('waits for the node to be registered', async () => {
    expect(await nodeReadiness(answering(undefined), started)).toMatchObject({ ready: false });
  });
});

describe('the readiness of DNS', () => {
  it('is that of a pod whose container runs since the node was started', async () => {
    expect(await dnsReadiness(answering(pods('True', { running: { startedAt: after } })), started)).toEqual({
      ready: true,
    });
    expect(await dnsReadiness(answering(pods('True', { running: { startedAt: before } })), started)).toMatchObject({
      ready: false,
    });
    expect(await dnsReadiness(answering(pods('False', { running: { startedAt: after } })), started)).toMatchObject({
      ready: false,
    });
  });

  it('names what the pod waits for', async () => {
    const waiting = pods('False', { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } });
    expect(await dnsReadiness(answering(waiting), started)).toEqual({
      ready: false,
      reason: 'no CoreDNS pod is ready, ImagePullBackOff, no such image',
    });
  });

  it('is not there without a pod', async () => {
    expect(await dnsReadiness(answering({ items: [] }), started)).toEqual({
      ready: false,
      reason: 'no CoreDNS pod is ready',
    });
  });
});

describe('the readiness of storage', () => {
  it('is that there is a class', async () => {
    expect(await storageReadiness(answering({ kind: 'StorageClass' }))).toEqual({ ready: true });
    expect(await storageReadiness(answering(undefined))).toMatchObject({ ready: false });
  });
});

function answering(answer: unknown): ApiClient {
  const refuse = (): never => {
    throw new Error('only reads are expected');
  };
  return { get: () => Promise.resolve(answer), isAnswering: refuse, apply: refuse, close: refuse };
}

function node(status: string, lastHeartbeatTime: string): unknown {
  return { status: { conditions: [{ type: 'Ready', status, message: 'no network', lastHeartbeatTime }] } };
}

function pods(status: string, state: unknown): unknown {
  return { items: [{ status: { conditions: [{ type: 'Ready', status }], containerStatuses: [{ state }] } }] };
}
