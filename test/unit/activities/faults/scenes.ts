import type { Activities } from '../../../../src/activities/index.ts';
import type {
  ApplicationInput,
  Identity,
  IdentityInput,
  NodeInput,
  OrganizationInput,
} from '../../../../src/activities/inputs.ts';
import type { OrganizationParts } from '../../../../src/activities/status/unchanged-steps.ts';
import { definitionOf } from '../../../../src/activities/chaincodes/definition.ts';
import {
  signUpdateEnvelope,
  updateEnvelope,
  type ChannelBlueprint,
  type ChannelConfig,
  type SigningIdentity,
} from '../../../../src/fabric/index.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { completeDescription } from '../../../../src/spec/index.ts';
import { packagedChaincode } from '../../../../src/workflows/inputs.ts';
import { channelBlueprint, newOrganization } from '../../../support/channel.ts';
import { newAuthority } from '../../fabric/ca/authority.ts';
import { newBlock } from '../../fabric/channel/blocks.ts';
import { channelConfig, type ConfigParts } from '../../fabric/channel/channel-config.ts';
import { configUpdateOf } from '../../fabric/channel/config-update-of.ts';
import { described, networkOf } from '../../spec/descriptions.ts';
import { chaincode, chaincodeInput, chaincodeNodeInput } from '../chaincodes.ts';
import { rollOut } from '../deployments.ts';
import { fakePrograms } from '../fake-programs.ts';
import type { FakeCa } from '../identities/fake-authorities.ts';
import { describedNetwork } from '../network.ts';
import { base64, CONFIG_BLOCK, GENESIS, keptGenesis, ORG0, ORG1, UP } from '../steps.ts';
import { storedConfigMap, storedSecret, without } from '../stored.ts';
import { attempt, type World } from './world.ts';

/** Prepares a world for an activity. @returns what the activity is given there */
type Scene<Name extends keyof Activities> = (
  world: World,
) => Parameters<Activities[Name]>[0] | Promise<Parameters<Activities[Name]>[0]>;

const NETWORK = describedNetwork();
const ORGANIZATION = NETWORK.organization('org1');
const WITH_ORDERER = describedNetwork({ organizations: [{ name: 'org1', orderers: 1, peers: 1 }] });
const ORDERER = WITH_ORDERER.identity('org1', 'orderer1');
const APPLICATION: ApplicationInput = {
  ...ORGANIZATION,
  identity: { name: 'app1', type: 'client', affiliation: 'org1.department1', attributes: [] },
};
const NODES = ['peer1', 'peer2'];
const NAMES = NODES.map((name) => `org1-${name}`);
const ORDERERS = { ...UP, organization: ORG0, channel: 'mychannel', orderers: ['org0-orderer1', 'org0-orderer2'] };
const MEMBERS = [
  { name: 'org1', mspId: 'Org1MSP' },
  { name: 'org2', mspId: 'Org2MSP' },
];
const OURS = { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'net' };
const RECORD = {
  ...UP,
  namespaces: ['net'],
  description: networkOf(completeDescription({ ...described(), name: 'net' })),
  identity: { cluster: 'local', clusters: { local: 'uid-of-local' } },
};

/** A scene for each activity; the types ask for it. In each there is something to do. */
export const SCENES: { readonly [Name in keyof Activities]: Scene<Name> } = {
  checkCluster: () => ({ ...UP, namespaces: ['net'], storage: { classes: [], usesDefault: false } }),
  applyNamespace: () => ({ ...UP, namespace: 'net' }),
  findRecords: async (world) => {
    await attempt(world.before().recordBegun, RECORD);
    return { network: 'net', namespaces: ['net'] };
  },
  readRecord: async (world) => {
    await attempt(world.before().recordBegun, RECORD);
    return { network: 'net', namespaces: ['net'] };
  },
  recordBegun: () => RECORD,
  recordNetwork: async (world) => {
    await attempt(world.before().recordBegun, RECORD);
    return RECORD;
  },

  startCertificateAuthority: ({ store }) => {
    store.forget('Secret', 'org1-ca-config');
    return { ...ORGANIZATION, isInUse: false };
  },
  publishCaCertificates: ({ store }) => {
    store.forget('ConfigMap', 'org1-ca-certificates');
    return ORGANIZATION;
  },
  enrollRegistrar: ({ store }) => {
    store.forget('Secret', 'org1-ca-registrar');
    return ORGANIZATION;
  },
  enrollIdentity: () => NETWORK.identity('org1', 'peer1'),
  enrollApplication: () => APPLICATION,
  revokeIdentity: async (world) => {
    await after('application', world, () => attempt(world.before().enrollApplication, APPLICATION));
    return { ...ORGANIZATION, identity: 'app1' };
  },
  revokeCertificates: async (world) => {
    const node = NETWORK.identity('org1', 'peer1');
    await after('peer', world, () => attempt(world.before().enrollIdentity, node));
    return { ...ORGANIZATION, identity: 'org1-peer1' };
  },
  readRevocationList: async (world) => {
    await after('application', world, () => attempt(world.before().enrollApplication, APPLICATION));
    world.authorities.enrollmentCa.revoked.add('app1');
    return ORGANIZATION;
  },
  prepareKey: enrolledOrderer,
  adoptKey: async (world) => {
    await after('next key', world, async () => attempt(world.before().prepareKey, await enrolledOrderer(world)));
    return ORDERER;
  },

  applyOrganizationConfig: () => NETWORK.organizationConfig('org1'),
  writeNodeOuConfig: () => ORGANIZATION,
  publishTlsRoots: () => ({ ...UP, namespace: 'net', roots: [{ name: 'org1', tlsca: 'root of org1' }] }),
  claimVolumes: () => ({ ...ORGANIZATION, volumes: volumes() }),
  applyDeployment: async (world) => {
    await enrolledAs(world, ORDERER);
    return WITH_ORDERER.node('org1', 'orderer1');
  },
  awaitRollout: async (world) => {
    const { store } = world;
    await attempt(world.before().applyDeployment, NETWORK.node('org1', 'peer1'));
    let looks = 0;
    world.controllers.push(({ kind }) => {
      if (kind !== 'Deployment') return;
      looks += 1;
      if (looks === 4) rollOut(store, 'org1-peer1');
    });
    return { namespace: 'net', name: 'org1-peer1', timeoutSeconds: 600, after: 'created' };
  },
  findUnchangedSteps: async (world) => {
    await bringUp(world);
    // One node is enough to be looked at, and each makes a dozen calls more.
    const [volume, identity, node] = [PARTS.volumes.slice(0, 1), PARTS.identities.slice(0, 1), PARTS.nodes.slice(0, 1)];
    return { ...PARTS, volumes: volume, identities: identity, nodes: node };
  },
  inspectNodes: async (world) => {
    await bringUp(world);
    return { network: 'net', namespaces: ['net'] };
  },
  inspectCertificates: async (world) => {
    await bringUp(world);
    const { certificateAuthority, identities } = PARTS;
    return { ...ORGANIZATION, certificateAuthority, identities };
  },

  findGenesisBlock: ({ fabric }) => {
    // One alone: nobody else could have it.
    fabric.orderer('org0-orderer1').channels.set('mychannel', [GENESIS]);
    return { ...ORDERERS, orderers: ['org0-orderer1'] };
  },
  readGenesisBlock: ({ store }) => {
    store.put(keptGenesis());
    return ORDERERS;
  },
  createGenesisBlock: async () => ({ ...ORDERERS, blueprint: await blueprint() }),
  keepGenesisBlock: () => ({ ...ORDERERS, block: base64(GENESIS), reason: 'there was none' }),
  joinOrderer: ({ store }) => {
    store.put(keptGenesis());
    const { organization, channel } = ORDERERS;
    const place = { ...UP, organization, channel, node: 'org0-orderer1' };
    return { ...place, isNewChannel: true, others: [], isShared: false, wasJoined: false };
  },
  awaitLeader: (world) => {
    following(world, true);
    return { ...ORDERERS, consensus: 'raft', consenters: 2 };
  },
  awaitOrdererActive: (world) => {
    following(world, true);
    return { ...UP, organization: ORG0, node: 'org0-orderer1', channels: [{ channel: 'mychannel', height: 1 }] };
  },
  joinPeer: ({ store }) => {
    store.put(keptGenesis());
    return { ...UP, organization: ORG1, channel: 'mychannel', node: 'org1-peer1', isNewChannel: true };
  },
  awaitBlocks: (world) => {
    joined(world);
    return { ...UP, organization: ORG1, channel: 'mychannel', peers: NAMES, height: 1 };
  },
  readConfigBlock: (world) => {
    ordering(world);
    return ORDERERS;
  },
  planConfigUpdate: async (world) => {
    ordering(world);
    const parts = await configParts();
    const config = (more: Partial<ConfigParts>, sequence: string): ReturnType<typeof channelConfig> => ({
      ...channelConfig({ ...parts, ...more }),
      sequence,
    });
    world.programs = fakePrograms({
      genesis: GENESIS,
      configs: [
        { block: CONFIG_BLOCK, config: config({}, '7') },
        { block: GENESIS, config: config({ batchTimeout: '1s' }, '0') },
      ],
    });
    return {
      ...ORDERERS,
      blueprint: await blueprint(),
      available: ['OrdererMSP', 'Org1MSP', 'Org2MSP'],
      organizations: { ordering: ['OrdererMSP'], members: ['Org1MSP', 'Org2MSP'] },
      ordering: [ORG0],
      leaving: { members: [], ordering: [], consenters: [] },
      areAllReady: true,
    };
  },
  planCertificateExchange: async (world) => {
    ordering(world);
    const parts = await configParts();
    const configs = [{ block: CONFIG_BLOCK, config: { ...channelConfig(parts), sequence: '7' } }];
    world.programs = fakePrograms({ genesis: GENESIS, configs });
    const certificate = parts.consenters[0]?.certificate ?? '';
    return {
      ...ORDERERS,
      available: ['OrdererMSP'],
      certificates: [{ host: 'org0-orderer1', port: 6050, identity: certificate, tls: certificate }],
    };
  },
  planRevocation: async (world) => {
    ordering(world);
    const parts = await configParts();
    const configs = [{ block: CONFIG_BLOCK, config: { ...channelConfig(parts), sequence: '7' } }];
    world.programs = fakePrograms({ genesis: GENESIS, configs });
    const authority = await newAuthority('org1-ca');
    const { certificate } = await authority.issue();
    const revocationList = await authority.revocationList([certificate]);
    return { ...ORDERERS, available: ['Org1MSP'], mspId: 'Org1MSP', revocationList };
  },
  signConfigUpdate: async (world) => {
    await enrolledAs(world, NETWORK.admin('org1'));
    return { ...UP, organization: ORG1, channel: 'mychannel', update: base64(configUpdateOf('mychannel')) };
  },
  submitConfigUpdate: async (world) => {
    ordering(world);
    await enrolledAs(world, NETWORK.admin('org1'));
    for (const name of NAMES.slice(0, 1)) world.fabric.orderer(name).channels.set('mychannel', [GENESIS, CONFIG_BLOCK]);
    const update = base64(configUpdateOf('mychannel'));
    return {
      ...{ ...ORDERERS, organization: ORG1, orderers: NAMES.slice(0, 1) },
      ...{ update, signatures: [], sequence: 1, reason: 'batch' },
    };
  },
  awaitConfigSequence: (world) => {
    ordering(world);
    return { ...ORDERERS, after: 0 };
  },
  awaitSignatures: (world) => {
    ordering(world);
    return { ...ORDERERS, after: 0, missing: ['Org9MSP'] };
  },
  checkSignatures: async (world) => {
    ordering(world);
    const update = configUpdateOf('mychannel');
    const { config, envelope } = await (signedByOrg9 ??= signByOrg9(update));
    world.programs = fakePrograms({ genesis: GENESIS, configs: [{ block: CONFIG_BLOCK, config }] });
    return { ...ORDERERS, update: base64(update), sequence: 7, missing: ['Org9MSP'], envelope };
  },

  findChannels: ({ store }) => {
    store.put(keptGenesis());
    return { network: 'net', namespaces: ['net'] };
  },
  removeChannel: ({ store, fabric }) => {
    store.put(keptGenesis());
    for (const name of ORDERERS.orderers) fabric.orderer(name).channels.set('mychannel', [GENESIS]);
    return ORDERERS;
  },
  leaveChannel: (world) => {
    deployed(world, 'org0-orderer1', 'orderer');
    endingJobs(world, () => undefined);
    world.fabric.orderer('org0-orderer1').channels.set('mychannel', [GENESIS]).set('other', [GENESIS]);
    return { ...UP, organization: ORG0, node: 'org0-orderer1', channel: 'mychannel' };
  },
  unjoinPeer: (world) => {
    deployed(world, 'org1-peer1', 'peer');
    world.fabric.peer('org1-peer1').channels.set('mychannel', [GENESIS]).set('third', [GENESIS]);
    endingJobs(world, () => world.fabric.peer('org1-peer1').channels.delete('mychannel'));
    return {
      ...UP,
      ...{ organization: ORG1, node: 'org1-peer1', channels: ['mychannel'] },
      ...{ startsAgain: true, rolloutTimeoutSeconds: 600 },
    };
  },

  installChaincode: () => chaincodeNodeInput(),
  readDefinition: (world) => {
    joined(world);
    committed(world);
    return chaincodeInput();
  },
  approveChaincode: (world) => {
    joined(world);
    return { ...chaincodeInput(), sequence: 1 };
  },
  commitChaincode: (world) => {
    joined(world);
    const definition = definitionOf(chaincode(), 1);
    for (const { mspId } of MEMBERS) {
      world.fabric.approvals.push({ channel: 'mychannel', definition, mspId, packageId: 'basic' });
    }
    return { ...chaincodeInput(), sequence: 1, reason: 'was not committed', members: MEMBERS };
  },
  startChaincodeServer: ({ store }) => {
    store.put(
      storedSecret('org1-ccaas-mychannel-basic-tls', { 'cert.pem': 'certificate', 'key.pem': 'key', 'ca.pem': 'root' }),
    );
    const settings = chaincode();
    if (!('image' in settings)) throw new Error('This chaincode has no server here.');
    const place = { ...UP, organization: ORG1, name: 'org1-ccaas-mychannel-basic' };
    return { ...place, chaincode: packagedChaincode(settings), settings };
  },
  queryChaincode: () => chaincodeNodeInput(),
  inspectChaincode: (world) => {
    joined(world);
    committed(world);
    return chaincodeInput();
  },
  inspectChannel: (world) => {
    following(world, true);
    joined(world);
    return { organization: ORG1, channel: 'mychannel', orderers: [], peers: NAMES };
  },
  inspectConsentedChannels: ({ fabric }) => {
    fabric.orderer('org0-orderer1').channels.set('mychannel', [GENESIS]);
    return { organization: ORG0, node: 'org0-orderer1' };
  },

  findRemovals: async (world) => {
    await bringUp(world);
    return { network: 'net', described: [], pruneData: true };
  },
  findOwned: async (world) => {
    await bringUp(world);
    return { network: 'net' };
  },
  removeNode: async (world) => {
    await bringUp(world);
    const group = { target: 'org1/peer1', namespace: 'net', selector: 'weft.dev/node=org1-peer1' };
    return { ...group, network: 'net', keepData: false, dryRun: false };
  },
  removeNetworkObjects: async (world) => {
    await bringUp(world);
    world.store.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'net', labels: OURS } });
    return { network: 'net', namespace: 'net', keepData: false, dryRun: false };
  },
  verifyRemoved: () => ({ network: 'other', searched: ['net'], keepData: false }),
};

interface Signed {
  readonly config: ChannelConfig;
  /** Base64. */
  readonly envelope: string;
}

/** The same each time: a signature is another one whenever it is made. */
let signedByOrg9: Promise<Signed> | undefined;

/** An update that the Admin of org9 has signed, and the configuration in which org9 is a member. */
async function signByOrg9(update: Uint8Array): Promise<Signed> {
  const org9 = await newOrganization('org9', 'Org9MSP');
  const members = [{ mspId: org9.mspId, root: org9.roots.ca }];
  const config = { ...channelConfig({ ordering: [], members, consenters: [] }), sequence: '7' };
  const signer: SigningIdentity = { mspId: org9.mspId, ...(await org9.identity('org9-admin', 'admin')) };
  const unsigned = updateEnvelope({ channel: 'mychannel', update, signatures: [] });
  return { config, envelope: base64(await signUpdateEnvelope(unsigned, signer)) };
}

async function enrolledOrderer(world: World): Promise<typeof ORDERER> {
  await enrolledAs(world, ORDERER);
  return ORDERER;
}

function volumes(): OrganizationParts['volumes'] {
  return NODES.map((node) => {
    const { storage } = NETWORK.node('org1', node).node;
    return { name: `org1-${node}`, storage, isInUse: false };
  });
}

const IDENTITIES: readonly { readonly target: string; readonly identity: Identity }[] = [...NODES, 'admin'].map(
  (name) => ({ target: `org1/${name}`, identity: NETWORK.identity('org1', name).identity }),
);

const PARTS: OrganizationParts = {
  ...ORGANIZATION,
  outgoingPorts: NETWORK.organizationConfig('org1').outgoingPorts,
  certificateAuthority: 'org1/ca',
  volumes: volumes(),
  identities: IDENTITIES,
  nodes: NODES.map((name) => {
    const { node, kind, gossipBootstrap = '' } = NETWORK.node('org1', name);
    return { target: `org1/${name}`, node, kind, gossipBootstrap };
  }),
};

interface Standing {
  readonly objects: readonly KubernetesObject[];
  /** What both CAs know by then. */
  readonly known: readonly Pick<FakeCa, 'identities' | 'issued'>[];
}

const standing = new Map<string, Standing>();

/** Lets steps have been done in a world: once, since the CAs are the same in every world, and keys take time to make. */
async function after(name: string, { store, authorities }: World, steps: () => Promise<unknown>): Promise<void> {
  const cas = [authorities.enrollmentCa, authorities.tlsCa];
  let made = standing.get(name);
  if (made === undefined) {
    await steps();
    const known = cas.map(({ identities, issued }) => ({ identities: new Map(identities), issued: new Map(issued) }));
    made = { objects: store.all(), known };
    standing.set(name, made);
  }
  for (const object of made.objects) store.put(object);
  for (const [at, { identities, issued }] of made.known.entries()) {
    for (const [id, identity] of identities) cas[at]?.identities.set(id, identity);
    for (const [id, certificates] of issued) cas[at]?.issued.set(id, certificates);
  }
}

/** Lets an identity have been enrolled. */
function enrolledAs(world: World, input: IdentityInput): Promise<void> {
  return after(input.identity.name, world, () => attempt(world.before().enrollIdentity, input));
}

/** Brings org1 up by its own steps, and lets its Deployments be rolled out. */
function bringUp(world: World): Promise<void> {
  return after('org1', world, () => bringUpBySteps(world));
}

async function bringUpBySteps(world: World): Promise<void> {
  const { store } = world;
  const steps = world.before();
  const organization: OrganizationInput = ORGANIZATION;
  await attempt(steps.startCertificateAuthority, { ...organization, isInUse: false });
  await attempt(steps.applyOrganizationConfig, NETWORK.organizationConfig('org1'));
  await attempt(steps.writeNodeOuConfig, organization);
  await attempt(steps.claimVolumes, { ...organization, volumes: volumes() });
  for (const { identity } of IDENTITIES) await attempt(steps.enrollIdentity, { ...organization, identity });
  for (const node of PARTS.nodes) {
    const input: NodeInput = { ...organization, ...node };
    await attempt(steps.applyDeployment, input);
  }
  for (const name of ['org1-ca', ...NAMES]) rollOut(store, name);
}

/** Lets both orderers take part in the consensus of the channel. */
function following({ fabric }: World, isLed: boolean): void {
  for (const [at, name] of ORDERERS.orderers.entries()) {
    fabric.orderer(name).channels.set('mychannel', [GENESIS]);
    fabric.orderer(name).metrics.set('mychannel', {
      ...{ consensus: 'raft', isLeader: isLed && at === 0 },
      ...{ clusterSize: 2, committedBlock: 0, streams: 1 },
    });
  }
}

/** Lets both orderers have a later configuration, and a transaction after it. */
function ordering({ fabric }: World): void {
  const transaction = newBlock({ channel: 'mychannel', number: 5 }).serializeBinary();
  for (const name of ORDERERS.orderers) {
    fabric.orderer(name).channels.set('mychannel', [GENESIS, CONFIG_BLOCK, transaction]);
  }
}

function joined({ fabric }: World): void {
  for (const name of NAMES) fabric.peer(name).channels.set('mychannel', [GENESIS]);
}

function committed({ fabric }: World): void {
  const definition = definitionOf(chaincode(), 1);
  const plugins = { endorsementPlugin: 'escc', validationPlugin: 'vscc' };
  fabric.definitions.set('mychannel/basic', { ...definition, ...plugins });
  fabric.approvals.push({ channel: 'mychannel', definition, mspId: 'Org1MSP', packageId: 'basic' });
}

let made: { readonly blueprint: ChannelBlueprint; readonly parts: ConfigParts } | undefined;

/** Made once: certificates of a channel's organizations take time. */
async function channelParts(): Promise<NonNullable<typeof made>> {
  if (made !== undefined) return made;
  const org0 = await newOrganization('org0', 'OrdererMSP');
  const member = (mspId: string): ConfigParts['members'][number] => ({ mspId, root: org0.roots.ca });
  const { certificate } = await org0.tls('org0-orderer1', ['org0-orderer1']);
  made = {
    blueprint: channelBlueprint(org0, [], []),
    parts: {
      ordering: [{ ...member('OrdererMSP'), addresses: ['org0-orderer1:6050'] }],
      members: [member('Org1MSP'), member('Org2MSP')],
      consenters: [{ host: 'org0-orderer1', certificate }],
    },
  };
  return made;
}

async function blueprint(): Promise<ChannelBlueprint> {
  return (await channelParts()).blueprint;
}

async function configParts(): Promise<ConfigParts> {
  return (await channelParts()).parts;
}

/** A node that runs, whose pod is there while it is wanted. */
function deployed({ store, fabric, controllers }: World, name: string, component: string): void {
  const object = without(storedConfigMap(name, {}), 'data');
  const containers = [{ name: component, image: `registry/fabric-${component}:2.5.0` }];
  store.put({
    ...object,
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { replicas: 1, selector: { matchLabels: { 'weft.dev/node': name } }, template: { spec: { containers } } },
  });
  rollOut(store, name);
  controllers.push(({ kind, metadata, spec }) => {
    if (kind !== 'Deployment' || metadata.name !== name) return;
    const { replicas } = spec as { readonly replicas: number };
    fabric.down[replicas === 0 ? 'add' : 'delete'](name);
    rollOut(store, name);
  });
}

/** Jobs end well as soon as they are there. */
function endingJobs({ store, controllers }: World, onEnd: () => unknown): void {
  controllers.push((job: KubernetesObject) => {
    if (job.kind !== 'Job' || job['status'] !== undefined) return;
    onEnd();
    store.put({ ...job, status: { conditions: [{ type: 'Complete', status: 'True' }] } });
  });
}
