import { describe, expect, it } from 'vitest';

import { EMPTY_VIEW, type RunView, type StepView } from '../../../../src/client/index.ts';
import { renderFailure } from '../../../../src/cli/explain/index.ts';
import { EXIT } from '../../../../src/cli/exit-codes.ts';
import { aliveChange, changesBetween, isNews } from '../../../../src/cli/progress/changes.ts';
import { jsonLine, plainLine } from '../../../../src/cli/progress/lines.ts';
import { progressMode } from '../../../../src/cli/progress/mode.ts';
import type { CertificateView } from '../../../../src/workflows/messages.ts';
import { renderTree, type TreeFrame } from '../../../../src/cli/progress/tree.ts';
import { overallOutcome } from '../../../../src/operations/index.ts';
import { inWords, parseDuration } from '../../../../src/cli/render/duration.ts';
import { paletteFor } from '../../../../src/cli/render/palette.ts';
import { renderPlan, renderSignatures } from '../../../../src/cli/render/plan.ts';
import { renderStatus } from '../../../../src/cli/render/status.ts';
import { table } from '../../../../src/cli/render/table.ts';

const plain = paletteFor({ color: 'never', ascii: false }, {}, false);
const now = new Date(2026, 10, 23, 10, 42, 31);

function step(more: Partial<StepView> = {}): StepView {
  return {
    step: 'awaitRollout',
    target: 'org1/peer1',
    outcome: 'running',
    attempts: 0,
    seconds: 0,
    reason: '',
    ...more,
  };
}

function view(...steps: StepView[]): RunView {
  return { ...EMPTY_VIEW, steps };
}

const retrying = step({
  target: 'org1/peer2',
  since: new Date(2026, 10, 23, 10, 41, 30),
  waiting: {
    reason: 'ImagePullBackOff',
    message: 'image x cannot be pulled: not found',
    attempt: 4,
    nextAttemptAt: new Date(2026, 10, 23, 10, 42, 39),
  },
});

describe('a line of progress', () => {
  const lines = (from: RunView, to: RunView): string[] =>
    changesBetween(from, to, now).map((change) => plainLine(change, now));

  it('tells that a step runs', () => {
    expect(lines(EMPTY_VIEW, view(step()))).toEqual(['10:42:31 running   awaitRollout target=org1/peer1']);
  });

  it('tells the outcome of a step with what it took and why', () => {
    const created = step({ outcome: 'created', attempts: 2, seconds: 1.5, reason: 'it was not there' });
    expect(lines(view(step()), view(created))).toEqual([
      '10:42:31 created   awaitRollout target=org1/peer1 attempts=2 seconds=1.5 reason="it was not there"',
    ]);
  });

  it('tells what a step waits for and when it is tried again', () => {
    expect(lines(view(step({ target: 'org1/peer2' })), view(retrying))).toEqual([
      '10:42:31 waiting   awaitRollout target=org1/peer2 attempt=4 next=8s reason=ImagePullBackOff msg="image x cannot be pulled: not found" do="Make the image available to the cluster, or correct its name in the description."',
    ]);
  });

  it('says each thing once', () => {
    expect(lines(view(retrying), view(retrying))).toEqual([]);
  });

  it('tells milestones, and that a trouble comes and goes', () => {
    const trouble = { kind: 'no worker' as const, message: 'no worker takes it', since: now };
    expect(lines(EMPTY_VIEW, { ...EMPTY_VIEW, milestones: ['Launching orderers'], condition: trouble })).toEqual([
      '10:42:31 trouble   "no worker" msg="no worker takes it"',
      '10:42:31 milestone "Launching orderers"',
    ]);
    expect(lines({ ...EMPTY_VIEW, condition: trouble }, EMPTY_VIEW)).toEqual(['10:42:31 recovered "no worker"']);
    const outage = { kind: 'temporal unreachable' as const, message: 'it is gone', since: now };
    expect(lines({ ...EMPTY_VIEW, condition: outage }, { ...EMPTY_VIEW, condition: trouble })).toEqual([
      '10:42:31 recovered "temporal unreachable"',
      '10:42:31 trouble   "no worker" msg="no worker takes it"',
    ]);
  });

  it('tells that a run is paused and goes on, by whom and why', () => {
    const paused = { by: 'ana', reason: 'nodes are upgraded', since: now.toISOString() };
    expect(lines(EMPTY_VIEW, { ...EMPTY_VIEW, paused })).toEqual([
      '10:42:31 paused    run by=ana reason="nodes are upgraded"',
    ]);
    expect(lines({ ...EMPTY_VIEW, paused }, EMPTY_VIEW)).toEqual(['10:42:31 resumed   run']);
    expect(aliveChange({ ...EMPTY_VIEW, paused }, now).fields).toMatchObject({
      paused: expect.stringContaining('paused by ana') as unknown,
    });
  });

  it('tells that Temporal is back also when no worker is yet, and claims nothing of a worker while Temporal is gone', () => {
    const gone = {
      ...EMPTY_VIEW,
      condition: { kind: 'temporal unreachable' as const, message: 'it is gone', since: now },
    };
    const alone = {
      ...EMPTY_VIEW,
      condition: { kind: 'no worker' as const, message: 'no worker takes it', since: now },
    };
    expect(lines(gone, alone)).toEqual([
      '10:42:31 recovered "temporal unreachable"',
      '10:42:31 trouble   "no worker" msg="no worker takes it"',
    ]);
    expect(lines(alone, gone)).toEqual(['10:42:31 trouble   "temporal unreachable" msg="it is gone"']);
  });

  it('names all that is awaited, for how long and why, when nothing else is to tell', () => {
    const alive = aliveChange(view(retrying, step({ target: 'org0/ca', outcome: 'created' })), now);
    expect(plainLine(alive, now)).toBe(
      '10:42:31 alive     "1 done" awaiting="awaitRollout org1/peer2 for 1m01s (ImagePullBackOff: image x cannot be pulled: not found (attempt 4, next in 8s))"',
    );
  });

  it.each([
    ['that a step began', step(), false],
    ['that a step found its work done', step({ outcome: 'unchanged' }), false],
    ['what a step made', step({ outcome: 'created' }), true],
    ['a failure', step({ outcome: 'failed' }), true],
  ])('is, or is not, news to a person: %s', (_, changed, news) => {
    expect(changesBetween(EMPTY_VIEW, view(changed), now).map(isNews)).toEqual([news]);
  });

  it('is news to a person when a wait is not the usual one, or goes on', () => {
    const waiting = (reason: string, attempt: number): StepView => step({ waiting: { reason, message: 'm', attempt } });
    const news = (next: StepView): boolean[] => changesBetween(view(step()), view(next), now).map(isNews);
    expect(news(waiting('RollingOut', 1))).toEqual([false]);
    expect(news(waiting('RollingOut', 2))).toEqual([true]);
    expect(news(waiting('ImagePullBackOff', 1))).toEqual([true]);
  });

  it('can be JSON', () => {
    const [change] = changesBetween(EMPTY_VIEW, view(step()), now);
    expect(change && JSON.parse(jsonLine(change, now))).toEqual({
      time: now.toISOString(),
      event: 'running',
      subject: 'awaitRollout',
      target: 'org1/peer1',
    });
  });
});

describe('the live tree', () => {
  const frame: TreeFrame = {
    title: 'Bringing up net on local',
    elapsedSeconds: 134,
    rows: 24,
    columns: 160,
    now,
    palette: plain,
  };

  it('folds what is finished and names what is awaited', () => {
    const ready = step({ target: 'org0/orderer1', outcome: 'created' });
    const running = step({ since: new Date(2026, 10, 23, 10, 42, 28) });
    const drawn = renderTree(
      { ...view(ready, running, retrying), milestones: ['Creating local node MSP', 'Launching peers'] },
      frame,
    );
    expect(drawn).toBe(`Bringing up net on local  1 done, 2 under way  2m14s
▸ Launching peers ...
 ✔ org0         1 step
 ↻ org1         0 done, 2 under way
   ▸ peer1        0 done, 1 under way  ▸ awaitRollout  3s
   ↻ peer2        0 done, 1 under way  ↻ awaitRollout  1m01s: ImagePullBackOff: image x cannot be pulled: not found (attempt 4, next in 8s)
     Make the image available to the cluster, or correct its name in the description.
Ctrl-C leaves, the run goes on.`);
  });

  it('says what helps a step that waits in rows that fit, whatever else is under way on its target', () => {
    const unauthorized = { reason: 'ImagePullUnauthorized', message: 'no', attempt: 1 };
    const drawn = renderTree(view(step({ step: 'applyDeployment' }), step({ waiting: unauthorized })), {
      ...frame,
      columns: 60,
    });
    expect(drawn.split('\n').slice(3, -1)).toEqual([
      '     ↻ awaitRollout: ImagePullUnauthorized: no',
      '       Put the credentials of that registry into a Secret',
      '       of type kubernetes.io/dockerconfigjson in the',
      '       namespace, and name it in',
      '       kubernetes.imagePullSecrets of the description.',
    ]);
  });

  it('puts the steps of a channel and of a chaincode under it, with what they work on', () => {
    const drawn = renderTree(
      view(
        step({ step: 'createGenesisBlock', target: 'mychannel', outcome: 'created' }),
        step({ step: 'joinOrderer', target: 'mychannel@org0-orderer1', outcome: 'created' }),
        step({ step: 'joinPeer', target: 'mychannel@org1-peer1' }),
        step({ step: 'awaitLeader', target: 'mychannel' }),
        step({ step: 'installChaincode', target: 'basic@org1-peer1', outcome: 'created' }),
        step({ step: 'approveChaincode', target: 'other/basic@org1' }),
        step({ step: 'commitChaincode', target: 'other/basic' }),
      ),
      frame,
    );
    expect(drawn.split('\n').slice(1, -1)).toEqual([
      ' ▸ mychannel    2 done, 2 under way',
      '   ▸ awaitLeader',
      '   ✔ org0-orderer1 1 step',
      '   ▸ org1-peer1   0 done, 1 under way  ▸ joinPeer',
      ' ✔ basic        1 step',
      ' ▸ other/basic  0 done, 2 under way',
      '   ▸ org1         0 done, 1 under way  ▸ approveChaincode',
      '   ▸ commitChaincode',
    ]);
  });

  it('names no total before it is known: what a run does later shows only then', () => {
    const first = renderTree(view(step({ outcome: 'created' })), frame).split('\n')[0];
    expect(first).toBe('Bringing up net on local  1 done  2m14s');
  });

  it('never takes more rows than the screen has but one, and keeps what matters', () => {
    const done = Array.from({ length: 60 }, (_, index) => step({ target: `org${index}/peer1`, outcome: 'created' }));
    const drawn = renderTree(view(...done, retrying), { ...frame, rows: 10 }).split('\n');
    expect(drawn.length).toBeLessThanOrEqual(9);
    expect(drawn.join('\n')).toContain('ImagePullBackOff');
    expect(drawn.at(-2)).toBe(' ... 57 more done');
  });

  it('never breaks a row, coloured or not', () => {
    const coloured = paletteFor({ color: 'always', ascii: false }, {}, true);
    const drawn = renderTree(view(retrying), { ...frame, columns: 40, palette: coloured });
    for (const line of drawn.split('\n')) {
      // eslint-disable-next-line no-control-regex -- colour codes begin with the escape character
      expect(line.replaceAll(/\u001b\[[0-9;]*m/g, '').length).toBeLessThan(40);
    }
    expect(drawn).toContain('\u001b[33m');
  });

  it('says that the run is paused, by whom, since when and why', () => {
    const since = new Date(2026, 10, 23, 10, 42, 19).toISOString();
    const paused = { by: 'ana@laptop', reason: 'nodes are upgraded', since };
    expect(renderTree({ ...EMPTY_VIEW, paused }, frame)).toContain(
      '\n↻ paused by ana@laptop for 12s: nodes are upgraded\n',
    );
  });

  it('says that Temporal is away', () => {
    const trouble = {
      kind: 'temporal unreachable' as const,
      message: 'no Temporal server answers',
      since: new Date(2026, 10, 23, 10, 42, 19),
    };
    expect(renderTree({ ...EMPTY_VIEW, condition: trouble }, frame)).toContain(
      '\n↻ no Temporal server answers (for 12s)\n',
    );
  });
});

describe('how progress is shown', () => {
  const terminal = { isTerminal: true, columns: 80 };

  it.each([
    ['a tree on a terminal', 'auto', {}, terminal, 'tty'],
    ['lines in a pipe', 'auto', {}, { isTerminal: false }, 'plain'],
    ['lines in CI', 'auto', { CI: 'true' }, terminal, 'plain'],
    ['lines on a dumb terminal', 'auto', { TERM: 'dumb' }, terminal, 'plain'],
    ['lines where the width is not known', 'auto', {}, { isTerminal: true }, 'plain'],
    ['lines where there is no room', 'auto', {}, { isTerminal: true, columns: 39 }, 'plain'],
    ['as it is asked for', 'json', { CI: 'true' }, terminal, 'json'],
  ] as const)('is %s', (_, wanted, env, behind, mode) => {
    expect(progressMode(wanted, env, behind)).toBe(mode);
  });
});

describe('colours', () => {
  const paints = (color: 'auto' | 'always' | 'never', env: Record<string, string>, isTerminal: boolean): boolean =>
    paletteFor({ color, ascii: false }, env, isTerminal).good('x') !== 'x';

  it('are for terminals unless somebody says otherwise', () => {
    expect(paints('auto', {}, true)).toBe(true);
    expect(paints('auto', {}, false)).toBe(false);
    expect(paints('auto', { NO_COLOR: '1' }, true)).toBe(false);
    expect(paints('auto', { NO_COLOR: '' }, true)).toBe(true);
    expect(paints('auto', { FORCE_COLOR: '1' }, false)).toBe(true);
    expect(paints('auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false);
    expect(paints('always', { NO_COLOR: '1' }, false)).toBe(true);
    expect(paints('never', {}, true)).toBe(false);
  });
});

describe('symbols', () => {
  it('are ASCII where the locale knows no others, or when that is asked for', () => {
    const done = (env: Record<string, string>, ascii = false): string =>
      paletteFor({ color: 'never', ascii }, env, true).symbols.done;
    expect(done({})).toBe('✔');
    expect(done({ LANG: 'de_DE.UTF-8' })).toBe('✔');
    expect(done({ LANG: 'de_DE.ISO-8859-1' })).toBe('v');
    expect(done({}, true)).toBe('v');
  });
});

describe('renderPlan', () => {
  it('marks what is created, changed and removed, with the reason', () => {
    const steps = [
      step({ outcome: 'created', step: 'enrollIdentity', reason: 'it has no certificate' }),
      step({ outcome: 'updated', step: 'applyDeployment', target: 'org0/orderer1', reason: 'image 2.5.0 -> 2.5.1' }),
      step({ outcome: 'removed', step: 'removeNode', target: 'org1/peer2', reason: 'no longer described' }),
    ];
    expect(renderPlan(steps, plain)).toBe(`  +  org1/peer1     enrollIdentity   it has no certificate
  ~  org0/orderer1  applyDeployment  image 2.5.0 -> 2.5.1
  -  org1/peer2     removeNode       no longer described
Plan: 1 to create, 1 to change, 1 to remove.`);
  });

  it('says in one line that nothing changes', () => {
    expect(renderPlan([step({ outcome: 'unchanged' })], plain)).toBe('No changes. The network is as described.');
  });
});

describe('renderSignatures', () => {
  it('names who signs', () => {
    const needed = { channel: 'mychannel', signers: ['OrdererMSP', 'Org1MSP'], missing: [], unmet: [] };
    expect(renderSignatures(needed, plain)).toBe('  mychannel: signed by OrdererMSP, Org1MSP');
  });

  it('names whose signatures are not there, and what wants them', () => {
    const unmet = ['/Channel/Application/Admins wants MAJORITY Admins of Org1MSP, Org9MSP'];
    expect(renderSignatures({ channel: 'mychannel', signers: [], missing: ['Org9MSP'], unmet }, plain))
      .toBe(`  mychannel: signed by nobody here
  mychannel: ! not signed: signatures of Org9MSP, whose Admins this description does not run, are missing (/Channel/Application/Admins wants MAJORITY Admins of Org1MSP, Org9MSP), so that weft up would stop there`);
    expect(renderSignatures({ channel: 'mychannel', signers: ['Org1MSP'], missing: [], unmet }, plain)).toContain(
      'not signed: signatures are missing (',
    );
  });
});

describe('renderStatus', () => {
  const node = {
    name: 'org1-peer1',
    organization: 'org1',
    kind: 'peer' as const,
    ready: true,
    reason: '',
    version: '2.5.0',
  };
  const certificates = [
    { use: 'identity' as const, serial: '0a', notBefore: '2026-11-23T10:00:00Z', notAfter: '2027-11-23T10:00:00Z' },
    { use: 'tls' as const, serial: '0b', notBefore: '2026-10-01T00:00:00Z', notAfter: '2026-12-14T10:42:31Z' },
  ];
  const options = { cluster: 'local', now: new Date('2026-11-23T10:00:00Z'), palette: plain, wide: false };

  it('shows the certificate that ends first, and marks it when that is soon', () => {
    expect(
      renderStatus(
        {
          network: 'net',
          ready: true,
          conditions: [],
          nodes: [{ ...node, certificates }],
          channels: [],
          chaincodes: [],
        },
        options,
      ),
    ).toBe(
      `net on local: ready, 1 of 1 nodes
NAME        ORGANIZATION  KIND  READY  VERSION  EXPIRES                      REASON
org1-peer1  org1          peer  ✔ yes  2.5.0    2026-12-14 (tls, 21 days) !`,
    );
  });

  it('says that a certificate has expired', () => {
    const expired = [
      { use: 'tls' as const, serial: '0b', notBefore: '2026-10-01T00:00:00Z', notAfter: '2026-11-01T00:00:00Z' },
    ];
    const text = renderStatus(
      {
        network: 'net',
        ready: true,
        conditions: [],
        nodes: [{ ...node, certificates: expired }],
        channels: [],
        chaincodes: [],
      },
      options,
    );
    expect(text).toContain('2026-11-01 (tls has expired)');
  });

  const seen = {
    ...{ network: 'net', ready: true, conditions: [], channels: [], chaincodes: [] },
    nodes: [{ ...node, certificates }],
  };

  it('lists every certificate when it is asked for width, what is renewed first at the top, and says what is due', () => {
    const views: readonly CertificateView[] = [
      { owner: 'org1/ca', use: 'ca', serial: '01', notAfter: '2041-11-23T10:00:00Z' },
      {
        owner: 'org1/peer1',
        use: 'identity',
        serial: '0a',
        notAfter: '2027-11-23T10:00:00Z',
        dueAt: '2027-07-24T10:00:00Z',
      },
      {
        owner: 'org1/admin',
        use: 'tls',
        serial: '0c',
        notAfter: '2026-11-20T10:00:00Z',
        dueAt: '2026-11-10T10:00:00Z',
      },
      {
        owner: 'org1/peer1',
        use: 'tls',
        serial: '0b',
        notAfter: '2026-12-14T10:42:31Z',
        dueAt: '2026-11-23T10:00:00Z',
      },
      { owner: 'org1/ca', use: 'registrar', serial: '0d', notAfter: '2040-11-23T10:00:00Z', endsWithCa: true },
    ];
    expect(renderStatus({ ...seen, certificates: views }, { ...options, wide: true })).toContain(
      `
CERTIFICATE  USE        EXPIRES                   RENEWED FROM          SERIAL
org1/admin   tls        2026-11-20 (has expired)  2026-11-10 (due)      0c
org1/peer1   tls        2026-12-14                2026-11-23 (due)      0b
org1/peer1   identity   2027-11-23                2027-07-24            0a
org1/ca      registrar  2040-11-23                - (ends with its CA)  0d
org1/ca      ca         2041-11-23                -                     01`,
    );
  });

  it('lists those of the nodes where no record says whose there should be', () => {
    expect(renderStatus(seen, { ...options, wide: true })).toContain(
      `
CERTIFICATE  USE       EXPIRES     RENEWED FROM  SERIAL
org1-peer1   tls       2026-12-14  -             0b
org1-peer1   identity  2027-11-23  -             0a`,
    );
  });
});

describe('renderFailure', () => {
  it('puts what happened first and what to do below, in full', () => {
    const long = 'x'.repeat(300);
    expect(renderFailure({ exitCode: EXIT.failed, message: `${long}\nsecond line`, hints: ['Do this.'] }, plain)).toBe(
      `✖ ${long}\nsecond line\n  Do this.`,
    );
  });
});

describe('overallOutcome', () => {
  it.each([
    ['unchanged', { unchanged: 5, created: 0, updated: 0, removed: 0 }],
    ['created', { unchanged: 5, created: 1, updated: 0, removed: 0 }],
    ['updated', { unchanged: 0, created: 0, updated: 1, removed: 0 }],
    ['removed', { unchanged: 0, created: 0, updated: 0, removed: 3 }],
    ['updated', { unchanged: 0, created: 2, updated: 0, removed: 1 }],
  ] as const)('is %s for %j', (outcome, counts) => {
    expect(overallOutcome(counts)).toBe(outcome);
  });
});

describe('durations', () => {
  it.each([
    [0.42, '0.4s'],
    [3, '3s'],
    [9.96, '10s'],
    [59.4, '59s'],
    [271, '4m31s'],
    [7_500, '2h05m'],
  ])('%d s is %s', (seconds, words) => {
    expect(inWords(seconds)).toBe(words);
  });

  it.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['1h30m', 5_400_000],
    ['', undefined],
    ['0s', undefined],
    ['5', undefined],
    ['5d', undefined],
    ['-5m', undefined],
  ])('%j is %s ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });
});

describe('table', () => {
  it('aligns columns by what is seen of them, and leaves no blanks at the ends', () => {
    expect(
      table([
        ['NAME', 'READY'],
        ['\u001b[32mlonger\u001b[39m', 'yes'],
        ['a', ''],
      ]),
    ).toBe('NAME    READY\n\u001b[32mlonger\u001b[39m  yes\na');
  });
});
