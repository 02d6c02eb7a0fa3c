import { describe, expect, it } from 'vitest';

import type { KeepReport, RunResult, StepRecord } from '../../../../src/workflows/messages.ts';
import { FakeTemporal } from '../../client/fake-temporal.ts';
import { machine } from '../harness.ts';

function step(name: string, target: string, outcome: StepRecord['outcome'] = 'updated'): StepRecord {
  return { step: name, target, outcome, attempts: 1, seconds: 1, reason: 'its renewal was asked for' };
}

/** A Temporal whose runs return this. */
function returning(value: unknown): FakeTemporal {
  return new FakeTemporal((run) => {
    run.end({ kind: 'completed', value });
  }).withWorkers('local');
}

const RENEWED: RunResult = { network: 'net', steps: [step('enrollIdentity', 'org1/peer1')], endpoints: [] };

describe('weft renew', () => {
  it.each([
    [[], { targets: 'all' }, 'network/local/net'],
    [['--target', 'org1/peer1', 'org0'], { targets: ['org1/peer1', 'org0'] }, 'network/local/net'],
    [['--due'], {}, 'network/local/net'],
    [['--due', '--dry-run'], { dryRun: true }, expect.stringMatching(/^plan\/local\/net\//)],
  ])('with %j starts the run for that', async (flags, options, workflowId) => {
    const { weft, temporal } = machine({ temporal: returning(RENEWED) });
    expect(await weft('renew', 'net', ...flags, '-q')).toMatchObject({ code: 0 });
    expect(temporal.runs[0]?.request).toMatchObject({ type: 'renewNetwork', args: [{ network: 'net' }, options] });
    expect(temporal.runs[0]?.request.workflowId).toEqual(workflowId);
  });

  it('says what was renewed, or that there was nothing to renew', async () => {
    const { out } = await machine({ temporal: returning(RENEWED) }).weft('renew', 'net', '-q');
    expect(out).toMatch(/^Certificates of net are renewed: 1 steps in .*: 1 updated\.\n$/);
    const nothing = await machine({ temporal: returning({ ...RENEWED, steps: [] }) }).weft('renew', 'net', '-q');
    expect(nothing.out).toBe('Nothing of net is to be renewed.\n');
  });

  it('warns of what ends with its CA', async () => {
    const ending = { owner: 'org1/peer1', use: 'tls', serial: '1', notAfter: '2027-01-01T00:00:00Z', endsWithCa: true };
    const temporal = returning({ ...RENEWED, endingWithCa: [ending] });
    const { err } = await machine({ temporal }).weft('renew', 'net', '--due');
    expect(err).toContain('! org1/peer1 ends with its CA at 2027-01-01T00:00:00Z: the root of the CA is not renewed\n');
  });

  it('tells who asks while it is under way what it does', async () => {
    const temporal = new FakeTemporal().withWorkers('local');
    const { weft, interrupt } = machine({ temporal });
    const renewing = weft('renew', 'net', '--target', 'org1', '-q');
    while (temporal.watchers === 0) await new Promise(setImmediate);
    interrupt('SIGINT');
    await renewing;
    const { err } = await weft('down', 'net', '--yes', '-q');
    expect(err).toContain('`renew --target org1`');
  });
});

describe('weft schedule', () => {
  const report: KeepReport = {
    network: 'net',
    renewed: [step('enrollIdentity', 'org1/peer1'), step('applyDeployment', 'org1/peer1')],
    drift: [step('applyDeployment', 'org1/peer2'), step('planConfigUpdate', 'mychannel')],
    healed: [],
    endingWithCa: [
      { owner: 'org0/orderer1', use: 'tls', serial: '1', notAfter: '2027-01-01T00:00:00Z', endsWithCa: true },
    ],
    postponed: 'another run holds net',
  };

  it('has the network kept, in the name of who asks, and says when', async () => {
    const { weft, temporal } = machine();
    const { code, out } = await weft('schedule', 'net', '--every', '12h', '--heal');
    expect({ code, out }).toEqual({
      code: 0,
      out: `net is looked at every 12h00m, next at ${new Date(2026, 10, 23, 22).toISOString()}. What differs from its record is mended.\nIt has not been looked at yet.\n`,
    });
    expect(temporal.schedules.get('keep/local/net')).toMatchObject({
      everyMs: 12 * 3_600_000,
      args: [{ network: 'net', cluster: 'local' }, { heal: true }],
    });
  });

  it('shows what the last look did and found', async () => {
    const temporal = new FakeTemporal();
    const { weft } = machine({ temporal });
    await weft('schedule', 'net', '--every', '12h');
    const keep = temporal.add({ type: 'keepNetwork', workflowId: 'keep/local/net-1', args: [], summary: '', memo: {} });
    keep.end({ kind: 'completed', value: report });
    const schedule = temporal.schedules.get('keep/local/net');
    if (schedule === undefined) throw new Error('There is no schedule.');
    temporal.schedules.set('keep/local/net', { ...schedule, runs: [{ run: keep.run, startedAt: new Date(0) }] });
    const { out } = await weft('schedule', 'net');
    expect(out.split('\n')[1]).toBe(
      'Last at 1970-01-01T00:00:00.000Z: renewed org1/peer1; differs: org1/peer2, mychannel; left for later: another run holds net; org0/orderer1 ends with its CA at 2027-01-01T00:00:00Z.',
    );
    const document: unknown = JSON.parse((await weft('schedule', 'net', '-o', 'json')).out);
    expect(document).toMatchObject({ network: 'net', everySeconds: 43_200, last: { outcome: 'completed', report } });
  });

  it('is paused, resumed and deleted; and says so where there is none', async () => {
    const { weft, temporal } = machine();
    expect(await weft('schedule', 'net', '--pause')).toMatchObject({ code: 2 });
    await weft('schedule', 'net', '--every', '12h');
    expect((await weft('schedule', 'net', '--pause')).out).toMatch(/, paused \(paused by .*\)\. /);
    expect((await weft('schedule', 'net', '--resume')).out).toMatch(/, next at /);
    expect((await weft('schedule', 'net', '--delete')).out).toBe('The schedule of net is deleted.\n');
    expect(temporal.schedules.size).toBe(0);
    expect((await weft('schedule', 'net')).out).toBe('net has no schedule.\n');
  });

  it.each([
    [['--every', '30s'], '--every must be a minute or more.'],
    [['--every', '8785h'], '--every may be 8784h at most.'],
    [['--heal'], '--heal goes with --every, e.g. --every 12h --heal.'],
    [['--every', 'often'], 'It must be a time above zero such as 90s, 30m or 1h30m.'],
  ])('refuses %j', async (flags, words) => {
    const { code, err } = await machine().weft('schedule', 'net', ...flags);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  it('ends with the network: a removal deletes it', async () => {
    const { weft, temporal } = machine({ temporal: returning({ network: 'net', steps: [], endpoints: [] }) });
    await weft('schedule', 'net', '--every', '12h');
    await weft('down', 'net', '--yes', '-q');
    expect(temporal.schedules.size).toBe(0);
  });
});
