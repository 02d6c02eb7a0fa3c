import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { describe, expect, it } from 'vitest';

import {
  FabricError,
  nodeOuConfigYaml,
  ProgramFailure,
  withPeerCommands,
  type ChaincodeDefinition,
  type FabricPrograms,
  type PeerSession,
  type ProgramOptions,
} from '../../../../src/fabric/index.ts';

const ADMIN = {
  mspId: 'Org1MSP',
  organization: 'org1',
  certificate: 'the certificate',
  key: 'the secret key',
  caChain: 'the CA',
  tlsCaChain: 'the TLS CA',
};
const PEER = { name: 'org1-peer1', host: 'localhost', port: 7051, tlsRoots: 'roots of the peer' };
const ORDERER = { name: 'org0-orderer1', host: 'localhost', port: 6050, tlsRoots: 'roots of the orderer' };
const SESSION: PeerSession = {
  admin: ADMIN,
  peer: PEER,
  orderer: ORDERER,
  signal: new AbortController().signal,
  timeoutMs: 10_000,
};
const DEFINITION: ChaincodeDefinition = {
  name: 'basic',
  version: '1.0',
  sequence: 1,
  endorsementPolicy: '/Channel/Application/Endorsement',
  initRequired: false,
  collections: [],
};

interface Call {
  readonly args: readonly string[];
  readonly options: ProgramOptions;
}

/** A peer program that does what a test says, and remembers how it was called. */
function fakePrograms(act: (call: Call) => string = () => '{}'): { programs: FabricPrograms; calls: Call[] } {
  const calls: Call[] = [];
  return {
    calls,
    programs: {
      run: (program, args, options) => {
        expect(program).toBe('peer');
        calls.push({ args, options });
        return Promise.resolve({ stdout: Buffer.from(act({ args, options })), stderr: '' });
      },
    },
  };
}

function failing(stderr: string): FabricPrograms {
  return { run: () => Promise.reject(new ProgramFailure('peer', { exitCode: 1, signal: undefined, stderr })) };
}

describe('a session of the peer program', () => {
  it("has the Admin's MSP folder, which nobody else can read, and leaves nothing", async () => {
    let folder = '';
    const { programs } = fakePrograms(({ options }) => {
      const { environment = {} } = options;
      folder = options.folder;
      const msp = environment['CORE_PEER_MSPCONFIGPATH'] ?? '';
      const read = (file: string): string => readFileSync(`${msp}/${file}`, 'utf8');
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      expect(statSync(`${msp}/keystore/key.pem`).mode & 0o777).toBe(0o600);
      expect(read('keystore/key.pem')).toBe('the secret key');
      expect(read('signcerts/cert.pem')).toBe('the certificate');
      expect(read('cacerts/org1-ca.pem')).toBe('the CA');
      expect(read('tlscacerts/org1-tlsca.pem')).toBe('the TLS CA');
      expect(read('config.yaml')).toBe(nodeOuConfigYaml('org1'));
      expect(existsSync(`${environment['FABRIC_CFG_PATH'] ?? ''}/core.yaml`)).toBe(true);
      expect(readFileSync(environment['CORE_PEER_TLS_ROOTCERT_FILE'] ?? '', 'utf8')).toBe('roots of the peer');
      expect(environment).toMatchObject({ CORE_PEER_LOCALMSPID: 'Org1MSP', CORE_PEER_ADDRESS: 'localhost:7051' });
      return '{}';
    });
    await withPeerCommands(programs, SESSION, (peer) => peer.installedChaincodes());
    expect(existsSync(folder)).toBe(false);
  });

  it('leaves nothing when a command fails', async () => {
    let folder = '';
    const programs: FabricPrograms = {
      run: (_, __, options) => {
        folder = options.folder;
        return Promise.reject(new FabricError('programMissing', 'there is no peer'));
      },
    };
    const listing = withPeerCommands(programs, SESSION, (peer) => peer.channels());
    await expect(listing).rejects.toMatchObject({ kind: 'programMissing', message: 'there is no peer' });
    expect(folder).not.toBe('');
    expect(existsSync(folder)).toBe(false);
  });

  it('has no secret on a command line or in the environment', async () => {
    const { programs, calls } = fakePrograms(({ args }) =>
      args.includes('querycommitted') ? '{"chaincode_definitions":[]}' : '{}',
    );
    await withPeerCommands(programs, SESSION, async (peer) => {
      await peer.approve('mychannel', DEFINITION, 'basic_1.0:00');
      await peer.commit('mychannel', DEFINITION, [PEER]);
      await peer.committedDefinition('mychannel', 'basic');
    });
    expect(calls).toHaveLength(3);
    expect(JSON.stringify(calls.map(({ args, options }) => [args, options.environment]))).not.toContain('secret');
  });

  it('gives commands that run at the same time files of their own', async () => {
    const { programs, calls } = fakePrograms(({ args }) => {
      if (args[1] === 'fetch') writeFileSync(args[3] ?? '', args[2] ?? '');
      return '{}';
    });
    const blocks = await withPeerCommands(programs, SESSION, (peer) =>
      Promise.all([peer.fetchBlock('mychannel', 'config'), peer.fetchBlock('mychannel', 'oldest')]),
    );
    expect(blocks.map((block) => Buffer.from(block ?? []).toString())).toEqual(['config', 'oldest']);
    expect(new Set(calls.map(({ args }) => args[3])).size).toBe(2);
  });

  it('refuses a command whose node it does not know, which is a mistake of the caller', async () => {
    const { programs } = fakePrograms();
    const { admin, signal, timeoutMs } = SESSION;
    const session = { admin, signal, timeoutMs };
    const listing = withPeerCommands(programs, session, (peer) => peer.channels());
    await expect(listing).rejects.toThrow(new TypeError('this command needs a peer, and the session names none'));
    const update = withPeerCommands(programs, session, (peer) => peer.updateChannel('mychannel', Buffer.from('')));
    await expect(update).rejects.toThrow(new TypeError('this command needs an orderer, and the session names none'));
  });
});

describe('the commands', () => {
  it('commit with the endorsement of every peer that is named, and wait for half of their time', async () => {
    const { programs, calls } = fakePrograms(({ args }) => {
      const roots = args.filter((_, index) => args[index - 1] === '--tlsRootCertFiles');
      expect(roots.map((file) => readFileSync(file, 'utf8'))).toEqual(['roots of the peer', 'roots of another']);
      expect(roots.map(dirname)).toEqual([dirname(roots[0] ?? ''), dirname(roots[0] ?? '')]);
      return '';
    });
    const endorsers = [PEER, { host: 'localhost', port: 9051, tlsRoots: 'roots of another' }];
    await withPeerCommands(programs, SESSION, (peer) => peer.commit('mychannel', DEFINITION, endorsers));
    const [{ args }] = calls as [Call];
    expect(args.slice(0, 3)).toEqual(['lifecycle', 'chaincode', 'commit']);
    expect(args.filter((_, index) => args[index - 1] === '--peerAddresses')).toEqual([
      'localhost:7051',
      'localhost:9051',
    ]);
    expect(args.join(' ')).toContain(
      '--waitForEvent --waitForEventTimeout 5000ms --orderer localhost:6050 --tls --cafile',
    );
  });

  it('read the channels of a peer', async () => {
    const { programs } = fakePrograms(() => 'Channels peers has joined: \nmychannel\nyourchannel\n');
    const channels = await withPeerCommands(programs, SESSION, (peer) => peer.channels());
    expect(channels).toEqual(['mychannel', 'yourchannel']);
  });

  it('take a package that is installed already as installed', async () => {
    const programs = failing(
      "Error: chaincode install failed with status: 500 - failed to invoke backing implementation of 'InstallChaincode': chaincode already successfully installed (package ID 'basic_1.0:ac05')\n",
    );
    const installed = withPeerCommands(programs, SESSION, (peer) => peer.installChaincode(Buffer.from('x')));
    await expect(installed).resolves.toBe('basic_1.0:ac05');
  });

  it('ask an orderer for no block that is still to come, since it would wait for it', async () => {
    const programs = failing("Error: can't read the block: &{NOT_FOUND}\n");
    const block = await withPeerCommands(programs, SESSION, (peer) => peer.fetchBlock('mychannel', 3));
    expect(block).toBeUndefined();
  });

  it('do not take an answer that cannot be read as an empty one', async () => {
    const { programs } = fakePrograms(() => '{"installed_chaincodes": [{"label": 1}]}');
    const listing = withPeerCommands(programs, SESSION, (peer) => peer.installedChaincodes());
    await expect(listing).rejects.toMatchObject({
      kind: 'unexpected',
      message:
        'Listing installed chaincodes gave an answer that Weft cannot read: installed_chaincodes.0.package_id, installed_chaincodes.0.label',
    });
  });

  it('say where to look when a chaincode keeps a peer waiting', async () => {
    const programs: FabricPrograms = {
      run: () => Promise.reject(new FabricError('timeout', 'peer did not end within 10000 ms')),
    };
    const query = withPeerCommands(programs, SESSION, (peer) => peer.query('mychannel', 'basic', ['x']));
    await expect(query).rejects.toMatchObject({
      kind: 'timeout',
      message:
        "Asking basic on mychannel at org1-peer1 failed: peer did not end within 10000 ms. Check that the chaincode's server is well and has the package ID as its CHAINCODE_ID",
    });
  });

  it('name the nodes of an error as people know them, not by the near end of a port-forward', async () => {
    const programs = failing('Error: orderer client failed to connect to localhost:6050: EOF\n');
    const approval = withPeerCommands(programs, SESSION, (peer) => peer.approve('mychannel', DEFINITION, undefined));
    await expect(approval).rejects.toMatchObject({
      kind: 'unreachable',
      message:
        'Approving basic on mychannel at org1-peer1 failed: orderer client failed to connect to org0-orderer1 (localhost:6050): EOF',
    });
  });
});
