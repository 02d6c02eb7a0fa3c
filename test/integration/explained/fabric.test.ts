import { createServer, type Server as HttpServer } from 'node:http';
import { dirname } from 'node:path';

import { Server, ServerCredentials } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { unheardIn } from '../../../src/activities/channels/unheard-orderers.ts';
import { asFailure, type FailureType } from '../../../src/activities/failures.ts';
import {
  ccaasPackage,
  connectPeer,
  fabricPrograms,
  genesisBlock,
  type ChaincodeConnection,
  type ChaincodeDefinition,
  type NodeEndpoint,
  type Peer,
  type SigningIdentity,
} from '../../../src/fabric/index.ts';
import { connectGateway } from '../../../src/fabric/gateway/client.ts';
import { locateArtifacts } from '../../../src/local/artifacts/index.ts';
import { parseSignaturePolicy, remediesOf, type Remedy } from '../../../src/spec/index.ts';
import { channelBlueprint, newOrganization, RAFT, type TestOrganization } from '../../support/channel.ts';
import { startChaincodeServer } from '../../support/chaincode-server.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { startOrderer, type TestOrderer } from '../../support/orderers.ts';
import { startPeer, type TestPeer } from '../../support/peers.ts';
import { newAuthority } from '../../unit/fabric/ca/authority.ts';

/*
 * What goes wrong between Fabric's nodes, their clients and the servers of chaincodes, made with one orderer and one peer of Fabric's own: each
 * is told within seconds with the object, the fact and what helps, and is permanent or passing as it is.
 */

const SOON_MS = 15_000;

const CHANNEL = 'mychannel';
const READY_TIMEOUT_MS = 20_000;
const { signal } = new AbortController();
const limits = { signal, timeoutMs: 10_000 };
const programs = fabricPrograms({ folder: dirname(locateArtifacts().path('configtxgen')) });

let org0: TestOrganization;
let org1: TestOrganization;
let org2: TestOrganization;
let orderer: TestOrderer;
let node: TestPeer;
let admin: SigningIdentity;
let peer: Peer;
let genesis: Uint8Array;
/** Where the server of every chaincode is looked for. */
let port: number;
const packageIds = new Map<string, string>();
const stopping: (() => PromiseLike<void> | void)[] = [];

beforeAll(async () => {
  [org0, org1, org2] = await Promise.all([
    newOrganization('org0', 'OrdererMSP'),
    newOrganization('org1', 'Org1MSP'),
    newOrganization('org2', 'Org2MSP'),
  ]);
  orderer = await startOrderer(org0, 'org0-orderer1');
  node = await startPeer(org1, 'org1-peer1', {});
  admin = await identityOf(org1, 'admin');
  genesis = await genesisBlock(
    programs,
    {
      ...channelBlueprint(org0, [orderer.consenter], [org1]),
      consensus: { ...RAFT, tickInterval: '100ms' },
      batch: { timeout: '100ms', maxMessageCount: 500, absoluteMaxBytes: '10 MB', preferredMaxBytes: '2 MB' },
    },
    signal,
  );
  await orderer.admin().join(genesis);
  peer = connectPeer(node.endpoint, admin, limits);
  await peer.joinChannel(genesis);
  port = await freePort();
  await deploy('plain', { address: `127.0.0.1:${port}` });
  await deploy('tls', { address: `127.0.0.1:${port}`, tls: { rootCertificate: org1.roots.tlsca } });
  await deploy('unnamed', { address: 'basic.nowhere.invalid:7052' });
  await deploy('strict', { address: `127.0.0.1:${port}` }, "AND('Org1MSP.peer', 'Org2MSP.peer')");
});

afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

afterAll(async () => {
  peer.close();
  await Promise.all([node, orderer].map((started) => started[Symbol.asyncDispose]()));
});

interface Told {
  readonly type: FailureType;
  readonly passes: boolean;
  readonly message: RegExp;
  readonly remedy?: Remedy;
}

/** What is told of something that fails, as a step would, within the time. */
async function expectTold(work: () => Promise<unknown>, { type, passes, message, remedy }: Told): Promise<void> {
  const began = performance.now();
  const error: unknown = await work().then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  const failure = asFailure(error);
  expect(failure).toMatchObject({ type, nonRetryable: !passes, message: expect.stringMatching(message) as string });
  expect(remediesOf(failure.details ?? [])).toEqual(remedy === undefined ? [] : [remedy]);
  expect(performance.now() - began).toBeLessThan(SOON_MS);
}

const FIX_SERVER: Remedy = { kind: 'fixChaincodeServer' };
const ONE_SIDE =
  'context deadline exceeded \\(nothing answers there, TLS is on at one side only or its certificate is not trusted, or it is the port of something else\\)';

interface ServerRow {
  readonly what: string;
  readonly chaincode: string;
  readonly serve?: () => Promise<void>;
  readonly told: string;
}

const SERVERS: readonly ServerRow[] = [
  { what: 'does not run', chaincode: 'plain', told: 'at 127\\.0\\.0\\.1:\\d+: .*connection refused' },
  {
    what: 'has a name that nobody knows',
    chaincode: 'unnamed',
    told: 'at basic\\.nowhere\\.invalid:7052: .*lookup basic\\.nowhere\\.invalid.*no such host',
  },
  { what: 'has the port of something else', chaincode: 'plain', serve: otherServer, told: `at 127.* ${ONE_SIDE}` },
  { what: 'speaks TLS alone', chaincode: 'plain', serve: () => tlsServer(org1), told: `at 127.* ${ONE_SIDE}` },
  { what: 'does not speak TLS as the peer does', chaincode: 'tls', serve: plainServer, told: `at 127.* ${ONE_SIDE}` },
  { what: 'is not trusted', chaincode: 'tls', serve: () => tlsServer(org2), told: `at 127.* ${ONE_SIDE}` },
  {
    what: 'is another server that speaks gRPC',
    chaincode: 'tls',
    serve: () => tlsServer(org1),
    told: 'tls_1\\.0: chaincode registration failed: connection to tls_1\\.0 terminated \\(what answers there is no server of a chaincode, or has another package ID as its CHAINCODE_ID\\)',
  },
];

describe('a chaincode is told of whose server', () => {
  test.each(SERVERS)('$what', async ({ chaincode, serve, told }) => {
    await serve?.();
    await expectTold(() => peer.query(CHANNEL, chaincode, ['read']), {
      type: 'ChaincodeUnreachable',
      passes: true,
      message: new RegExp(`^Asking ${chaincode} on mychannel at org1-peer1 failed: the peer cannot .*${told}`),
      remedy: FIX_SERVER,
    });
  });
});

test('orderers are told of that answer, and do not reach each other', async () => {
  const second = await startOrderer(org0, 'org0-orderer2');
  stopping.push(() => second[Symbol.asyncDispose]());
  const consenters = [orderer, second].map(({ consenter }, at) => ({
    ...consenter,
    host: `orderer${at + 1}.nowhere.invalid`,
  }));
  const block = await genesisBlock(
    programs,
    {
      ...channelBlueprint(org0, consenters, [org1]),
      name: 'apart',
      consensus: { ...RAFT, tickInterval: '100ms' },
    },
    signal,
  );
  await Promise.all([orderer, second].map((one) => one.admin().join(block)));
  const began = performance.now();
  const said = await eventually(() => {
    const found = unheardIn(orderer.log(), 'apart');
    return found === undefined ? Promise.reject(new Error('it says nothing yet')) : Promise.resolve(found);
  }, SOON_MS);
  expect(said).toMatch(/^does not reach orderer 2 of apart: .*lookup orderer2\.nowhere\.invalid.*no such host/);
  expect(performance.now() - began).toBeLessThan(SOON_MS);
});

test('a transaction is told of that too few organizations have endorsed, with those that have', async () => {
  const server = await startChaincodeServer(port, packageIds.get('strict') ?? '', () => 'done');
  stopping.push(server.stop);
  const gateway = connectGateway(node.endpoint, admin);
  stopping.push(() => {
    gateway.close();
  });
  const call = { channel: CHANNEL, chaincode: 'strict', function: 'write', args: [], organizations: ['Org1MSP'] };
  await expectTold(() => gateway.submit(call, { timeoutMs: 10_000 }), {
    type: 'FabricRefused',
    passes: false,
    message:
      /^write of strict on mychannel changed nothing: its endorsements do not satisfy the endorsement policy: it was endorsed by Org1MSP \(10 ENDORSEMENT_POLICY_FAILURE, transaction/,
  });
});

const HOUR_MS = 3_600_000;
const RENEW: Remedy = { kind: 'renewCertificates' };

describe('a node is told of whose certificate', () => {
  test.each<[string, number, number, RegExp]>([
    ['has ended', -2 * HOUR_MS, -HOUR_MS, /that has ended: certificate has expired/],
    [
      'is not valid yet',
      HOUR_MS,
      2 * HOUR_MS,
      /that is not valid yet, by the clock of this machine: certificate is not yet valid/,
    ],
  ])('%s', async (_, from, to, fact) => {
    const ca = await newAuthority('org1-tlsca');
    const validity = { from: new Date(Date.now() + from), to: new Date(Date.now() + to) };
    const hosts = ['localhost', '127.0.0.1'];
    const certificate = await ca.issue({ commonName: 'org1-peer2', units: [], hosts, validity });
    const at = await grpcServer(certificate, 0);
    await expectUntrusted({ name: 'org1-peer2', host: 'localhost', port: at, tlsRoots: ca.chain }, fact);
  });

  test('is for other names', () =>
    expectUntrusted(
      { ...node.endpoint, servername: 'org1-peer1' },
      /for other names: .*org1-peer1\. is not in the cert's altnames: DNS:localhost/,
    ));

  test('is of another CA', () =>
    expectUntrusted(
      { ...node.endpoint, tlsRoots: org2.roots.tlsca },
      /that is not of the TLS CA of its organization: unable to verify the first certificate/,
    ));

  async function expectUntrusted(endpoint: NodeEndpoint, fact: RegExp): Promise<void> {
    const client = connectPeer(endpoint, admin, limits);
    stopping.push(() => {
      client.close();
    });
    const name = endpoint.name ?? '';
    await expectTold(() => client.channels(), {
      type: 'NodeUntrusted',
      passes: true,
      message: new RegExp(
        `^Listing channels at ${name} failed: it at localhost:\\d+ shows a TLS certificate ${fact.source}`,
      ),
      remedy: RENEW,
    });
  }
});

describe('an identity is told of', () => {
  test.each<[string, () => Promise<SigningIdentity>, RegExp]>([
    [
      'that has no OU that the MSP asks for',
      () => identityOf(org1, 'department1'),
      /access denied: channel \[\] creator org \[Org1MSP\] \(.*lacks the OU of a client, peer, orderer or admin that the MSP asks for\)/,
    ],
    [
      'that has another OU than the MSP asks for',
      () => identityOf(org1, 'client'),
      /does not contain OU \[ADMIN\].* \(the certificate that asks lacks the OU that the MSP asks for \(NodeOUs\)\)/,
    ],
  ])('%s', async (_, identity, message) => {
    const client = connectPeer(node.endpoint, await identity(), limits);
    stopping.push(() => {
      client.close();
    });
    await expectTold(() => client.joinChannel(genesis), { type: 'FabricRefused', passes: false, message });
  });
});

async function identityOf(
  organization: TestOrganization,
  unit: 'admin' | 'client' | 'department1',
): Promise<SigningIdentity> {
  return { mspId: organization.mspId, ...(await organization.identity(unit, unit)) };
}

/** Installs a chaincode and commits its definition. */
async function deploy(
  name: string,
  connection: Omit<ChaincodeConnection, 'dialTimeout'>,
  policy = "OR('Org1MSP.peer')",
): Promise<void> {
  const { bytes, packageId } = await ccaasPackage({
    label: `${name}_1.0`,
    connection: { dialTimeout: '3s', ...connection },
  });
  packageIds.set(name, packageId);
  await peer.installChaincode(bytes);
  const definition: ChaincodeDefinition = {
    ...{ name, version: '1.0', sequence: 1, initRequired: false, collections: [] },
    endorsementPolicy: { kind: 'signature', policy: parseSignaturePolicy(policy) },
  };
  await eventually(() => peer.approve(CHANNEL, definition, packageId), READY_TIMEOUT_MS);
  await eventually(() => peer.commit(CHANNEL, definition, ['Org1MSP']), READY_TIMEOUT_MS);
}

async function plainServer(): Promise<void> {
  const server = await startChaincodeServer(port, packageIds.get('tls') ?? '', () => 'done');
  stopping.push(server.stop);
}

async function tlsServer(organization: TestOrganization): Promise<void> {
  await grpcServer(await organization.tls('basic', ['127.0.0.1']), port);
}

/** A server of gRPC by TLS that offers nothing. @returns its port */
async function grpcServer(
  { certificate, key }: { readonly certificate: string; readonly key: string },
  at: number,
): Promise<number> {
  const server = new Server();
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(certificate) };
  stopping.push(() => {
    server.forceShutdown();
  });
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${at}`, ServerCredentials.createSsl(null, [pair]), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
}

async function otherServer(): Promise<void> {
  const server: HttpServer = createServer((_, response) => response.end('something else'));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  stopping.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
}
