import { describe, expect, it } from 'vitest';

import { openRun, startOrJoin } from '../../../src/client/index.ts';
import { FakeTemporal } from './fake-temporal.ts';

const request = {
  type: 'applyNetwork',
  workflowId: 'network/local/net',
  args: [{ name: 'net', organizations: [{ name: 'org0', orderers: 1 }] }],
  summary: 'Bringing up net',
};
const another = { ...request, args: [{ name: 'net', organizations: [{ name: 'org0', orderers: 3 }] }] };

describe('startOrJoin', () => {
  it('starts a run and keeps in its memo what it was asked to do', async () => {
    const temporal = new FakeTemporal();
    const start = await startOrJoin(temporal, request, 'ana@laptop');
    expect(start).toEqual({ kind: 'started', run: { workflowId: 'network/local/net', runId: 'run-1' } });
    expect(temporal.runs[0]?.request.memo).toEqual({ operation: 'up', requestedBy: 'ana@laptop' });
  });

  it('joins the open run that does the same', async () => {
    const temporal = new FakeTemporal();
    await startOrJoin(temporal, request, 'ana@laptop');
    const second = await startOrJoin(temporal, request, 'ben@desk');
    expect(second).toMatchObject({ kind: 'joined', run: { runId: 'run-1' } });
    expect(temporal.runs).toHaveLength(1);
  });

  it('refuses when the open run was asked for something else, and says what it is', async () => {
    const temporal = new FakeTemporal();
    await startOrJoin(temporal, request, 'ana@laptop');
    const second = await startOrJoin(temporal, another, 'ben@desk');
    expect(second).toMatchObject({
      kind: 'refused',
      by: { operation: 'up', requestedBy: 'ana@laptop', since: temporal.runs[0]?.startedAt },
    });
  });

  it('joins the open run that was started by hand and does the same, options spelled out or not', async () => {
    const temporal = new FakeTemporal();
    temporal.add({ ...request, args: [...request.args, { dryRun: false }], memo: {} });
    expect(await startOrJoin(temporal, request, 'ana@laptop')).toMatchObject({
      kind: 'joined',
      run: { runId: 'run-1' },
    });
  });

  it('refuses when the open run was started by hand and does something else', async () => {
    const temporal = new FakeTemporal();
    temporal.add({ ...another, memo: {} });
    const start = await startOrJoin(temporal, request, 'ana@laptop');
    expect(start).toMatchObject({ kind: 'refused', by: { operation: 'up', requestedBy: '' } });
  });

  it('starts afresh when the run that was in the way has ended meanwhile', async () => {
    const temporal = new FakeTemporal();
    const first = temporal.add({ ...request, memo: {} });
    const describeRun = temporal.describe.bind(temporal);
    temporal.describe = (run) => {
      first.end({ kind: 'cancelled' });
      return describeRun(run);
    };
    const start = await startOrJoin(temporal, request, 'ana@laptop');
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
