import { describe, expect, it } from 'vitest';

import { openRun, startOrJoin } from '../../../src/client/index.ts';
import { FakeTemporal } from './fake-temporal.ts';

const request = {
  type: 'applyNetwork',
  workflowId: 'network/local/net',
  args: [{ name: 'net' }],
  summary: 'Bringing up net',
};
const intent = { operation: 'up', fingerprint: 'same', requestedBy: 'ana@laptop' };

describe('startOrJoin', () => {
  it('starts a run and keeps in its memo what it was asked to do', async () => {
    const temporal = new FakeTemporal();
    const start = await startOrJoin(temporal, request, intent);
    expect(start).toEqual({ kind: 'started', run: { workflowId: 'network/local/net', runId: 'run-1' } });
    expect(temporal.runs[0]?.request.memo).toEqual(intent);
  });

  it('joins the open run that does the same', async () => {
    const temporal = new FakeTemporal();
    await startOrJoin(temporal, request, intent);
    const second = await startOrJoin(temporal, request, { ...intent, requestedBy: 'ben@desk' });
    expect(second).toMatchObject({ kind: 'joined', run: { runId: 'run-1' } });
    expect(temporal.runs).toHaveLength(1);
  });

  it('refuses when the open run was asked for something else, and says what it is', async () => {
    const temporal = new FakeTemporal();
    await startOrJoin(temporal, request, intent);
    const second = await startOrJoin(temporal, request, { ...intent, operation: 'down', fingerprint: 'other' });
    expect(second).toMatchObject({
      kind: 'refused',
      by: { operation: 'up', requestedBy: 'ana@laptop', since: temporal.runs[0]?.startedAt },
    });
  });

  it('refuses when the open run was started by hand, and names its workflow', async () => {
    const temporal = new FakeTemporal();
    temporal.add({ ...request, memo: {} });
    const start = await startOrJoin(temporal, request, intent);
    expect(start).toMatchObject({ kind: 'refused', by: { operation: 'applyNetwork', requestedBy: '' } });
  });

  it('starts afresh when the run that was in the way has ended meanwhile', async () => {
    const temporal = new FakeTemporal();
    const first = temporal.add({ ...request, memo: {} });
    const describeRun = temporal.describe.bind(temporal);
    temporal.describe = (run) => {
      first.end({ kind: 'cancelled' });
      return describeRun(run);
    };
    const start = await startOrJoin(temporal, request, intent);
    expect(start).toMatchObject({ kind: 'started', run: { runId: 'run-2' } });
  });
});

describe('openRun', () => {
  it('does not count a run that has ended', async () => {
    const temporal = new FakeTemporal();
    temporal.add({ ...request, memo: {} }).end({ kind: 'completed', value: undefined });
    expect(await openRun(temporal, request.workflowId)).toBeUndefined();
  });
});
