import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { parse, stringify } from 'yaml';

import {
  caCertificateFile,
  coreYaml,
  fabricPrograms,
  nodeOuConfigYaml,
  ordererYaml,
  type AdminIdentity,
  type FabricPrograms,
  type IdentityType,
  type NodeEndpoint,
} from '../../src/fabric/index.ts';
import { directoryOf } from '../../src/local/parts/cache.ts';
import { ccaasBuilder } from '../../src/local/parts/catalog.ts';
import { goPart } from '../../src/local/parts/go-parts.ts';
import { locateParts, type BinaryName } from '../../src/local/parts/index.ts';
import { eventually } from './eventually.ts';
import { enroll, enrollRegistrar, startFabricCa, type FabricCa } from './fabricCa.ts';
import { freePort } from './freePort.ts';

const START_TIMEOUT_MS = 30_000;
const HOSTS = ['localhost', '127.0.0.1'];

/** The organization whose CAs issue everything; see {@link startFabricNetwork}. */
const ISSUER = 'org1';

/** One orderer, and a peer for each of two organizations, as processes of this machine. */
export interface FabricNetwork {
  readonly programs: FabricPrograms;
  readonly orderer: NodeEndpoint & { readonly kill: () => Promise<void> };
  readonly peers: Readonly<Record<'Org1MSP' | 'Org2MSP', NodeEndpoint>>;
  /** Administrators by MSP ID. */
  readonly admins: Readonly<Record<'OrdererMSP' | 'Org1MSP' | 'Org2MSP', AdminIdentity>>;
  /** An identity of Org1MSP that is no administrator. */
  readonly client: AdminIdentity;
  /** Makes the genesis block of a channel of all three organizations. */
  readonly genesisBlock: (channel: string, options?: ChannelOptions) => Promise<Uint8Array>;
  /** Has the orderer join, as an administrator would with osnadmin. */
  readonly ordererJoins: (channel: string, block: Uint8Array) => Promise<void>;
  /** Ends all processes and removes everything. */
  readonly remove: () => Promise<void>;
}

export interface ChannelOptions {
  /** The channel has a second consenter that is not there, so that it has no leader. */
  readonly withAbsentConsenter?: boolean;
}

/**
 * Starts the network. All three organizations have the same CAs: who issued a certificate is not what is tried with it, and
 * Fabric takes an identity to be of the organization that it says.
 */
export async function startFabricNetwork(): Promise<FabricNetwork> {
  const server = await startFabricCa();
  const nodes: Node[] = [];
  const remove = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
    await server.remove();
  };
  try {
    return { ...(await startNodes(server, nodes)), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** @param nodes where every node is put before it starts, for whoever ends them */
async function startNodes(server: FabricCa, nodes: Node[]): Promise<Omit<FabricNetwork, 'remove'>> {
  const [ca, tlsCa] = [server.connect(`${ISSUER}-ca`), server.connect(`${ISSUER}-tlsca`)];
  const registrars = { ca: await enrollRegistrar(ca), tlsCa: await enrollRegistrar(tlsCa) };

  async function identity(id: string, type: IdentityType, mspId: string): Promise<Identity> {
    const registration = { id, type, secret: `secret-of-${id}` };
    await Promise.all([ca.register(registrars.ca, registration), tlsCa.register(registrars.tlsCa, registration)]);
    const [own, tls] = await Promise.all([
      enroll(ca, { ...registration, hosts: HOSTS }),
      enroll(tlsCa, { ...registration, hosts: HOSTS, profile: 'tls' }),
    ]);
    const admin: AdminIdentity = {
      mspId,
      organization: ISSUER,
      certificate: own.certificate,
      key: own.key,
      caChain: own.chain,
      tlsCaChain: tls.chain,
    };
    return { admin, tls, folder: await writeFolder(join(server.folder, id), admin, tls) };
  }

  const [ordererIdentity, peer1, peer2, ordererAdmin, admin1, admin2, client] = await Promise.all([
    identity('orderer1', 'orderer', 'OrdererMSP'),
    identity('org1-peer1', 'peer', 'Org1MSP'),
    identity('org2-peer1', 'peer', 'Org2MSP'),
    identity('org0-admin', 'admin', 'OrdererMSP'),
    identity('org1-admin', 'admin', 'Org1MSP'),
    identity('org2-admin', 'admin', 'Org2MSP'),
    identity('org1-client', 'client', 'Org1MSP'),
  ]);
  const orderer = await newOrderer(ordererIdentity);
  const peers = [await newPeer(peer1, 'org1-peer1'), await newPeer(peer2, 'org2-peer1')] as const;
  nodes.push(orderer.node, ...peers.map(({ node }) => node));
  await Promise.all(nodes.map((node) => node.start()));

  return {
    programs: fabricPrograms({ folder: dirname(locateParts().path('peer')) }),
    orderer: { ...orderer.endpoint, kill: orderer.node.kill },
    peers: { Org1MSP: peers[0].endpoint, Org2MSP: peers[1].endpoint },
    admins: { OrdererMSP: ordererAdmin.admin, Org1MSP: admin1.admin, Org2MSP: admin2.admin },
    client: client.admin,
    genesisBlock: async (channel, options = {}) => {
      const consenters: [Consenter, ...Consenter[]] = [{ identity: ordererIdentity, port: orderer.endpoint.port }];
      if (options.withAbsentConsenter === true) consenters.push({ identity: peer1, port: await freePort() });
      return genesisBlock(join(server.folder, `configtx-${channel}`), channel, consenters);
    },
    ordererJoins: async (channel, block) => {
      const file = join(server.folder, `${channel}.block`);
      await writeFile(file, block);
      const tls = (name: string): string => join(ordererAdmin.folder, 'tls', name);
      const { stdout } = await execa(locateParts().path('osnadmin'), [
        ...['channel', 'join', '--channelID', channel, '--config-block', file],
        ...['--orderer-address', `localhost:${orderer.admin}`, '--ca-file', tls('ca.pem')],
        ...['--client-cert', tls('cert.pem'), '--client-key', tls('key.pem')],
      ]);
      // osnadmin ends well whatever the orderer answers.
      if (!stdout.includes('Status: 201')) throw new Error(`osnadmin channel join: ${stdout}`);
    },
  };
}

interface Identity {
  readonly admin: AdminIdentity;
  readonly tls: { readonly certificate: string; readonly key: string; readonly chain: string };
  readonly folder: string;
}

async function writeFolder(folder: string, identity: AdminIdentity, tls: Identity['tls']): Promise<string> {
  const builder = directoryOf(goPart(ccaasBuilder));
  const core = parse(coreYaml()) as { chaincode: { externalBuilders: [{ path: string }] } };
  core.chaincode.externalBuilders[0].path = builder;
  const files: Record<string, string> = {
    'msp/config.yaml': nodeOuConfigYaml(ISSUER),
    'msp/signcerts/cert.pem': identity.certificate,
    'msp/keystore/key.pem': identity.key,
    [`msp/${caCertificateFile(ISSUER)}`]: identity.caChain,
    [`msp/tlscacerts/${ISSUER}-tlsca.pem`]: identity.tlsCaChain,
    'tls/cert.pem': tls.certificate,
    'tls/key.pem': tls.key,
    'tls/ca.pem': tls.chain,
    'config/core.yaml': stringify(core),
    'config/orderer.yaml': ordererYaml(),
    'data/.keep': '',
  };
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return folder;
}

interface Node {
  readonly start: () => Promise<void>;
  readonly kill: () => Promise<void>;
}

async function newOrderer({
  folder,
  tls,
  admin,
}: Identity): Promise<{ node: Node; endpoint: NodeEndpoint; admin: number }> {
  const [port, adminPort, operations] = [await freePort(), await freePort(), await freePort()];
  const node = newNode('orderer', [], folder, operations, {
    ORDERER_GENERAL_LISTENADDRESS: '127.0.0.1',
    ORDERER_GENERAL_LISTENPORT: String(port),
    ORDERER_GENERAL_LOCALMSPID: admin.mspId,
    ORDERER_GENERAL_LOCALMSPDIR: join(folder, 'msp'),
    ORDERER_GENERAL_TLS_CERTIFICATE: join(folder, 'tls', 'cert.pem'),
    ORDERER_GENERAL_TLS_PRIVATEKEY: join(folder, 'tls', 'key.pem'),
    ORDERER_GENERAL_TLS_ROOTCAS: `[${join(folder, 'tls', 'ca.pem')}]`,
    ORDERER_ADMIN_LISTENADDRESS: `127.0.0.1:${adminPort}`,
    ORDERER_ADMIN_TLS_CERTIFICATE: join(folder, 'tls', 'cert.pem'),
    ORDERER_ADMIN_TLS_PRIVATEKEY: join(folder, 'tls', 'key.pem'),
    ORDERER_ADMIN_TLS_CLIENTROOTCAS: `[${join(folder, 'tls', 'ca.pem')}]`,
    ORDERER_OPERATIONS_LISTENADDRESS: `127.0.0.1:${operations}`,
    ORDERER_FILELEDGER_LOCATION: join(folder, 'data', 'ledger'),
    ORDERER_CONSENSUS_WALDIR: join(folder, 'data', 'wal'),
    ORDERER_CONSENSUS_SNAPDIR: join(folder, 'data', 'snapshot'),
  });
  return { node, endpoint: { name: 'orderer1', host: 'localhost', port, tlsRoots: tls.chain }, admin: adminPort };
}

async function newPeer(
  { folder, tls, admin }: Identity,
  name: string,
): Promise<{ node: Node; endpoint: NodeEndpoint }> {
  const [port, chaincode, operations] = [await freePort(), await freePort(), await freePort()];
  const node = newNode('peer', ['node', 'start'], folder, operations, {
    CORE_PEER_ID: name,
    CORE_PEER_LOCALMSPID: admin.mspId,
    CORE_PEER_ADDRESS: `localhost:${port}`,
    CORE_PEER_LISTENADDRESS: `127.0.0.1:${port}`,
    CORE_PEER_CHAINCODEADDRESS: `localhost:${chaincode}`,
    CORE_PEER_CHAINCODELISTENADDRESS: `127.0.0.1:${chaincode}`,
    CORE_PEER_GOSSIP_BOOTSTRAP: `localhost:${port}`,
    CORE_OPERATIONS_LISTENADDRESS: `127.0.0.1:${operations}`,
    CORE_PEER_MSPCONFIGPATH: join(folder, 'msp'),
    CORE_PEER_TLS_CERT_FILE: join(folder, 'tls', 'cert.pem'),
    CORE_PEER_TLS_KEY_FILE: join(folder, 'tls', 'key.pem'),
    CORE_PEER_TLS_ROOTCERT_FILE: join(folder, 'tls', 'ca.pem'),
    CORE_PEER_FILESYSTEMPATH: join(folder, 'data'),
    CORE_LEDGER_SNAPSHOTS_ROOTDIR: join(folder, 'data', 'snapshots'),
    CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG: JSON.stringify({ organization: '127.0.0.1', peername: name }),
    // Where the external builder works.
    TMPDIR: join(folder, 'data'),
  });
  return { node, endpoint: { name, host: 'localhost', port, tlsRoots: tls.chain } };
}

function newNode(
  program: BinaryName,
  args: readonly string[],
  folder: string,
  operations: number,
  environment: Record<string, string>,
): Node {
  let running: { readonly kill: () => void; readonly exited: Promise<unknown> } | undefined;
  return {
    start: async () => {
      let log = '';
      const child = execa(locateParts().path(program), args, {
        reject: false,
        buffer: false,
        all: true,
        cwd: folder,
        env: { FABRIC_CFG_PATH: join(folder, 'config'), ...environment },
      });
      child.all.setEncoding('utf8').on('data', (text: string) => (log += text));
      running = { kill: () => child.kill(), exited: child };
      await eventually(async () => {
        const answer = await fetch(`http://127.0.0.1:${operations}/healthz`);
        if (!answer.ok) throw new Error(`/healthz answers ${answer.status}: ${await answer.text()}`);
      }, START_TIMEOUT_MS).catch((error: unknown) => {
        throw new Error(`${program} does not become healthy:\n${log}`, { cause: error });
      });
    },
    kill: async () => {
      running?.kill();
      await running?.exited;
      running = undefined;
    },
  };
}

interface Consenter {
  readonly identity: Identity;
  readonly port: number;
}

async function genesisBlock(
  folder: string,
  channel: string,
  consenters: readonly [Consenter, ...Consenter[]],
): Promise<Uint8Array> {
  const [{ identity, port }] = consenters;
  const organization = (mspId: string, endorsers: string, more: object = {}): object => {
    const signature = (rule: string): object => ({ Type: 'Signature', Rule: rule });
    return {
      Name: mspId,
      ID: mspId,
      MSPDir: join(identity.folder, 'msp'),
      Policies: {
        Readers: signature(`OR('${mspId}.member')`),
        Writers: signature(`OR('${mspId}.member')`),
        Admins: signature(`OR('${mspId}.admin')`),
        Endorsement: signature(endorsers),
      },
      ...more,
    };
  };
  const meta = (rule: string): object => ({ Type: 'ImplicitMeta', Rule: rule });
  const policies = { Readers: meta('ANY Readers'), Writers: meta('ANY Writers'), Admins: meta('MAJORITY Admins') };
  const profile = {
    Policies: policies,
    Capabilities: { V2_0: true },
    Orderer: {
      OrdererType: 'etcdraft',
      BatchTimeout: '200ms',
      BatchSize: { MaxMessageCount: 10, AbsoluteMaxBytes: '10 MB', PreferredMaxBytes: '512 KB' },
      EtcdRaft: {
        Consenters: consenters.map((consenter) => {
          const certificate = join(consenter.identity.folder, 'tls', 'cert.pem');
          return { Host: 'localhost', Port: consenter.port, ClientTLSCert: certificate, ServerTLSCert: certificate };
        }),
        Options: {
          TickInterval: '100ms',
          ElectionTick: 10,
          HeartbeatTick: 1,
          MaxInflightBlocks: 5,
          SnapshotIntervalSize: '16 MB',
        },
      },
      Organizations: [
        organization('OrdererMSP', "OR('OrdererMSP.member')", {
          OrdererEndpoints: [`localhost:${port}`],
        }),
      ],
      Policies: { ...policies, BlockValidation: meta('ANY Writers') },
      Capabilities: { V2_0: true },
    },
    Application: {
      Organizations: ['Org1MSP', 'Org2MSP'].map((mspId) => organization(mspId, `OR('${mspId}.peer')`)),
      Policies: {
        ...policies,
        LifecycleEndorsement: meta('MAJORITY Endorsement'),
        Endorsement: meta('MAJORITY Endorsement'),
      },
      Capabilities: { V2_5: true },
    },
  };
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'configtx.yaml'),
    stringify({ Profiles: { Channel: profile } }, { aliasDuplicateObjects: false }),
  );
  const block = join(folder, 'genesis.block');
  await execa(locateParts().path('configtxgen'), [
    ...['-configPath', folder, '-profile', 'Channel', '-channelID', channel, '-outputBlock', block],
  ]);
  return readFile(block);
}
