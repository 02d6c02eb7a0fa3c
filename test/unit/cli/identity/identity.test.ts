import { describe, expect, it } from 'vitest';

import type { StoredIdentity } from '../../../../src/operations/index.ts';
import type { RunResult, StepRecord } from '../../../../src/workflows/messages.ts';
import { FakeTemporal } from '../../client/fake-temporal.ts';
import { newAuthority, VALID } from '../../fabric/ca/authority.ts';
import { fakeAccess } from '../../operations/fake-access.ts';
import { machine, type Machine } from '../harness.ts';

/** A machine whose runs do one step with this outcome. */
function running(outcome: StepRecord['outcome']): Machine {
  const step = { step: 'enrollApplication', target: 'org1/app1', outcome, attempts: 1, seconds: 1, reason: '' };
  const result: RunResult = { network: 'net', steps: [step], endpoints: [] };
  return machine({
    temporal: new FakeTemporal((run) => {
      run.end({ kind: 'completed', value: result });
    }).withWorkers('local'),
  });
}

describe('weft identity add', () => {
  it.each([
    [[], { type: 'client', attributes: [] }],
    [['--type', 'admin'], { type: 'admin', attributes: [] }],
    [
      ['--attribute', 'role=teller:ecert', '--attribute', 'url=http://desk:7'],
      {
        attributes: [
          { name: 'role', value: 'teller', ecert: true },
          { name: 'url', value: 'http://desk:7' },
        ],
      },
    ],
    [['--affiliation', 'org1.department1'], { affiliation: 'org1.department1' }],
  ])('with %j asks for just that', async (flags, identity) => {
    const { weft, temporal } = running('created');
    const { code, out } = await weft('identity', 'add', 'app1', '--org', 'org1', '--network', 'net', '-q', ...flags);
    expect(code).toBe(0);
    expect(out).toMatch(/^app1 of org1 is enrolled\. .*weft connection --org org1 --identity app1/);
    const [run] = temporal.runs;
    expect(run?.request).toMatchObject({ type: 'addIdentity', workflowId: 'network/local/net' });
    expect(run?.request.args).toMatchObject([{ network: 'net' }, { organization: 'org1', name: 'app1', ...identity }]);
  });

  it('says that nothing was left to do', async () => {
    const { out } = await running('unchanged').weft(
      'identity',
      'add',
      'app1',
      '--org',
      'org1',
      '--network',
      'net',
      '-q',
    );
    expect(out).toBe('app1 of org1 is enrolled already.\n');
  });

  it.each([
    [['--attribute', 'role'], 'It must be name=value, or name=value:ecert'],
    [['--attribute', 'hf.Registrar.Roles=client'], "Names that begin with hf. are the CA's own"],
    [['--attribute', 'a=1', '--attribute', 'a=2'], 'a has a value already.'],
    [['--type', 'peer'], 'Allowed choices are client, admin.'],
  ])('refuses %j', async (flags, message) => {
    const { weft, temporal } = running('created');
    const { code, err } = await weft('identity', 'add', 'app1', '--org', 'org1', '--network', 'net', ...flags);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(temporal.runs).toEqual([]);
  });
});

describe('weft identity revoke', () => {
  it('has it revoked, and says so', async () => {
    const { weft, temporal } = running('updated');
    const { code, out } = await weft('identity', 'revoke', 'app1', '--org', 'org1', '--network', 'net', '-q');
    expect(code).toBe(0);
    expect(out).toMatch(/^app1 of org1 is revoked, and no channel of org1 takes it any more/);
    expect(temporal.runs[0]?.request).toMatchObject({
      ...{ type: 'revokeIdentity', workflowId: 'network/local/net' },
      args: [{ network: 'net' }, { organization: 'org1', name: 'app1' }],
    });
  });

  it('says that it was revoked before', async () => {
    const { out } = await running('unchanged').weft('identity', 'revoke', 'app1', '--org', 'org1', '--network', 'net');
    expect(out).toBe('app1 of org1 is revoked already.\n');
  });
});

describe('weft identity list', () => {
  async function listing(): Promise<Machine> {
    const { certificate } = await (await newAuthority()).issue({ commonName: 'app1' });
    const registration = JSON.stringify({
      ...{ type: 'client', affiliation: 'org1.department1', attributes: [{ name: 'role', value: 'teller' }] },
    });
    const stored: StoredIdentity = {
      ...{ organization: 'org1', name: 'app1' },
      data: { 'cert.pem': certificate, 'registration.json': registration },
    };
    const revoked = '2026-06-01T00:00:00.000Z';
    return machine({
      access: fakeAccess({ identities: [stored, { organization: 'org2', name: 'app2', data: { revoked } }] }),
    });
  }

  const GOOD = new RegExp(`^valid until ${VALID.to.toISOString()}, \\d+ days left$`);

  it('shows what each is registered as, until when it is good, and since when it is not', async () => {
    const { out } = await (await listing()).weft('identity', 'list', '-q');
    expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['ORGANIZATION', 'NAME', 'TYPE', 'AFFILIATION', 'ATTRIBUTES', 'STATE'],
      ['org1', 'app1', 'client', 'org1.department1', 'role=teller', expect.stringMatching(GOOD)],
      ['org2', 'app2', 'client', '-', '-', 'revoked 2026-06-01T00:00:00.000Z'],
      [''],
    ]);
  });

  it('shows those of one organization, for programs, too', async () => {
    const { out } = await (await listing()).weft('identity', 'list', '--org', 'org2', '-q', '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({ network: 'net', identities: [{ organization: 'org2', name: 'app2' }] });
  });

  it('says how the first is made', async () => {
    const { out } = await machine({ access: fakeAccess() }).weft('identity', 'list', '-q');
    expect(out).toBe('No application has an identity in net. To make one: weft identity add NAME --org ORGANIZATION\n');
  });

  it('refuses an organization that there is not', async () => {
    const { code, err } = await (await listing()).weft('identity', 'list', '--org', 'org9');
    expect(code).toBe(2);
    expect(err).toContain('org9');
  });
});
