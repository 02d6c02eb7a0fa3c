import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { CommandFailure } from '../../../../src/cli/command-failure.ts';
import { machine } from '../harness.ts';
import { fakeAccess, NETWORK, type FakeAccess } from '../../operations/fake-access.ts';

const folder = await mkdtemp(join(tmpdir(), 'weft-chaincode-'));
afterAll(() => rm(folder, { recursive: true }));

const TOKEN = ['chaincode', 'query', 'token', 'Read'] as const;

function weftOn(access: FakeAccess, ...args: string[]): ReturnType<ReturnType<typeof machine>['weft']> {
  return machine({ access, workingDirectory: folder }).weft(...args);
}

describe('weft chaincode', () => {
  it.each(['invoke', 'query'])('shows examples in the help of %s', async (name) => {
    const { code, out } = await machine().weft('chaincode', name, '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/\nExamples:\n {2}\S/);
  });
});

describe('weft chaincode query', () => {
  it('prints the answer as it is', async () => {
    const access = fakeAccess({ answer: '{"ID":"asset7"}' });
    const { code, out, err } = await weftOn(access, ...TOKEN, 'asset7', '5');
    expect({ code, out, err }).toEqual({ code: 0, out: '{"ID":"asset7"}\n', err: '' });
    expect(access.calls.map(({ call }) => call)).toEqual([
      { channel: 'mychannel', chaincode: 'token', function: 'Read', args: ['asset7', '5'] },
    ]);
    expect(access.open).toBe(0);
  });

  it.each([
    ['{"ID":"asset7"}', { ID: 'asset7' }],
    ['[]', []],
    ['12345678901234567890', '12345678901234567890'],
    ['blue', 'blue'],
    ['', ''],
  ])('has %j in its JSON document', async (answer, result) => {
    const { out } = await weftOn(fakeAccess({ answer }), ...TOKEN, '-o', 'json');
    expect(JSON.parse(out)).toEqual({ result });
  });

  it('shows bytes that are no text in base64', async () => {
    const answer = Buffer.from([0xff, 0x00]);
    const { out, err } = await weftOn(fakeAccess({ answer }), ...TOKEN);
    expect({ out, err }).toEqual({ out: '/wA=\n', err: 'The answer is no text; it is shown in base64.\n' });
  });

  it("asks in the name of the first member, at that member's first peer of the channel", async () => {
    const access = fakeAccess();
    await weftOn(access, ...TOKEN);
    expect(access.gateways).toEqual([
      {
        endpoint: {
          name: 'org1-peer2',
          servername: 'org1-peer2',
          host: 'localhost',
          port: 40_001,
          tlsRoots: 'TLS root of org1',
        },
        identity: { mspId: 'Org1MSP', certificate: 'cert of org1', key: 'key of org1' },
      },
    ]);
    expect(access.forwards).toEqual([{ namespace: 'net', service: 'org1-peer2', port: 443 }]);
  });

  it.each(['peer2', 'org2-peer2', 'org2/peer2'])('asks the peer that is named %s', async (peer) => {
    const access = fakeAccess();
    await weftOn(access, ...TOKEN, '--org', 'org2', '--peer', peer);
    expect(access.gateways[0]?.endpoint.name).toBe('org2-peer2');
    expect(access.gateways[0]?.identity.mspId).toBe('Org2MSP');
  });

  it('asks a chaincode that Weft did not deploy on the channel that is named', async () => {
    const access = fakeAccess();
    await weftOn(access, 'chaincode', 'query', 'qscc', 'GetChainInfo', 'second', '--channel', 'second');
    expect(access.calls[0]?.call).toMatchObject({ channel: 'second', chaincode: 'qscc' });
  });

  it.each([
    [['basic', 'Read'], 'which channel? basic is on mychannel, second.\n  Name one: --channel mychannel'],
    [['basic', 'Read', '--channel', 'third'], 'the network net has no channel third.\n  It has: mychannel, second'],
    [['bsic', 'Read'], 'the network net has no chaincode bsic.\n  It has: basic, token'],
    [['token', 'Read', '--org', 'org0'], 'org0 is no member of channel mychannel.\n  Its members: org1, org2'],
    [['basic', 'Read', '--channel', 'second', '--org', 'org1'], 'org1 is no member of channel second.'],
    [['token', 'Read', '--peer', 'peer1'], 'peer1 is no peer of org1 in channel mychannel.\n  Its peers there: peer2'],
    [['token', 'Read', '--network', 'other'], 'there is no network other on local.'],
    [['token', 'Read', '--transient', '[1]'], '--transient must be a JSON object.'],
    [['token', 'Read', '--transient', '@nowhere'], 'the file of --transient cannot be read: '],
    [['token', 'Read', '--timeout', '5'], 'It must be a time above zero'],
    [['token', 'Read', '--timeout', '597h'], 'It may be 596h at most'],
  ])('refuses %j', async (args, message) => {
    const access = fakeAccess();
    const { code, out, err } = await weftOn(access, 'chaincode', 'query', ...args);
    expect(err).toContain(message);
    expect(code).toBe(message.startsWith('there is no network') ? 1 : 2);
    expect(out).toBe('');
    expect(access.calls).toEqual([]);
  });
});

describe('The network of a chaincode command', () => {
  const other = { ...NETWORK, name: 'other' };

  it('is the only one of the access, the one that is named, or the one that a file describes', async () => {
    const file = join(folder, 'other.yaml');
    await writeFile(file, 'name: other\norganizations: [{ name: org1, orderers: 1, peers: 1 }]\n');
    const both = { networks: [NETWORK, { ...other, organizations: inNamespace('other') }] };
    for (const [options, args] of [
      [{ networks: [other] }, []],
      [both, ['--network', 'other']],
      [both, ['-f', file]],
    ] as const) {
      const access = fakeAccess(options);
      const { code, err } = await weftOn(access, ...TOKEN, ...args);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(access.calls).toHaveLength(1);
    }
  });

  it('has to be named where there are several', async () => {
    const { code, err } = await weftOn(fakeAccess({ networks: [other, NETWORK] }), ...TOKEN);
    expect({ code, err }).toEqual({
      code: 2,
      err: '✖ which network? local has net, other.\n  Name one: --network net\n',
    });
  });

  it('has to be there', async () => {
    const { code, err } = await weftOn(fakeAccess({ networks: [] }), ...TOKEN);
    expect(code).toBe(1);
    expect(err).toBe('✖ local has no network that Weft brought up.\n  Bring one up: weft up -f network.yaml\n');
  });

  it('is that of a cluster that runs', async () => {
    const { code, err } = await machine({ platform: undefined, workingDirectory: folder }).weft(...TOKEN);
    expect(code).toBe(4);
    expect(err).toContain('the embedded platform does not run.');
  });
});

describe('weft chaincode invoke', () => {
  const INVOKE = ['chaincode', 'invoke', 'token', 'Transfer'] as const;

  it('prints the result alone on stdout, and where it was committed on stderr', async () => {
    const { code, out, err } = await weftOn(fakeAccess({ answer: 'blue' }), ...INVOKE, 'asset7');
    expect({ code, out, err }).toEqual({ code: 0, out: 'blue\n', err: '✔ committed in block 7: transaction tx1\n' });
  });

  it('prints nothing on stdout if there is no result', async () => {
    const { out } = await weftOn(fakeAccess({ answer: '' }), ...INVOKE, '-q');
    expect(out).toBe('');
  });

  it('prints everything as JSON', async () => {
    const { out } = await weftOn(fakeAccess(), ...INVOKE, '-q', '-o', 'json');
    expect(JSON.parse(out)).toEqual({ transactionId: 'tx1', block: 7, status: 'VALID', result: { ID: 'asset7' } });
  });

  it('takes what begins with a dash behind two of them', async () => {
    const access = fakeAccess();
    await weftOn(access, 'chaincode', 'invoke', 'token', 'Add', '-q', '--', '-5');
    expect(access.calls[0]?.call.args).toEqual(['-5']);
  });

  it('passes on who endorses, transient data, the time to wait, and that it initializes', async () => {
    const access = fakeAccess();
    await writeFile(join(folder, 'transient.json'), '{"asset": {"id": "asset7"}, "salt": "é"}');
    await weftOn(
      access,
      ...[...INVOKE, '--init', '--endorsers', 'org2, org1', '--timeout', '90s', '--transient', '@transient.json'],
    );
    expect(access.calls).toMatchObject([
      {
        call: {
          organizations: ['Org2MSP', 'Org1MSP'],
          transient: { asset: Buffer.from('{"id":"asset7"}'), salt: Buffer.from('é') },
        },
        options: { timeoutMs: 90_000, asInitialization: true },
      },
    ]);
  });

  it('says what it waits for once it takes long', async () => {
    const access = fakeAccess({
      submit: async (_call, { onStage }) => {
        onStage?.('endorse');
        await new Promise((resolve) => setTimeout(resolve, 2_100));
        onStage?.('order');
        onStage?.('commit');
        return { transactionId: 'tx1', block: 7, status: 'VALID', result: Buffer.from('') };
      },
    });
    const { err } = await weftOn(access, ...INVOKE);
    expect(err).toBe(
      '… waiting for endorsements\n… waiting for an orderer\n… waiting for the block\n✔ committed in block 7: transaction tx1\n',
    );
  });

  it('closes everything when it fails', async () => {
    const access = fakeAccess({
      submit: () => Promise.reject(new CommandFailure({ exitCode: 1, message: 'no' })),
    });
    expect(await weftOn(access, ...INVOKE)).toEqual({ code: 1, out: '', err: '✖ no\n' });
    expect(access.open).toBe(0);
  });
});

function inNamespace(namespace: string): typeof NETWORK.organizations {
  return NETWORK.organizations.map((organization) => ({ ...organization, namespace }));
}
