import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { checkServerIdentity } from 'node:tls';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { KubernetesError, list, observe, type Cluster, type KubernetesObject } from '../../../src/kubernetes/index.ts';
import type { NetworkStatus } from '../../../src/workflows/messages.ts';
import { exampleChaincode } from '../../support/example-chaincode.ts';
import { opensslVerify } from '../../support/openssl.ts';
import { isOpen, readPolicy, type Flow } from '../../support/network-policies.ts';
import { startWorker, testCluster, weft, type Ended, type TestWorker } from '../../support/weft.ts';
import { viewAuthorities, type AuthoritiesView } from './authorities.ts';
import {
  describedNetwork,
  documentOf,
  expectDone,
  volumesOf,
  type DescribedNetwork,
  type NetworkDescription,
} from './described-network.ts';
import { handshake, openConnection, operations, type OperationsQuestion } from './endpoint.ts';
import { leaksIn, secretsIn } from './secret-scan.ts';
import { connectionsOf } from './pod-connections.ts';
import { dataOf, differences, entry, NOTHING, objectsIn, snapshot } from './objects.ts';

/*
 * The Fabric test network from nothing: what `weft up` says, and what then stands in the cluster, looked at with means
 * that are not Weft's own wherever there are such.
 */

const NAME = 'it-bring-up';

/** examples/test-network.yaml, whose names are written out below so that what is expected is not computed by Weft. */
const EXAMPLE = new URL('../../../examples/test-network.yaml', import.meta.url);

interface ExpectedNode {
  readonly name: string;
  readonly organization: 'org0' | 'org1' | 'org2';
  readonly role: 'orderer' | 'peer';
  /** Service ports. */
  readonly ports: { readonly grpc: number; readonly operations: number };
}

const ORDERER = { role: 'orderer', ports: { grpc: 6050, operations: 8443 } } as const;
const PEER = { role: 'peer', ports: { grpc: 7051, operations: 9443 } } as const;
const NODES: readonly ExpectedNode[] = [
  { name: 'org0-orderer1', organization: 'org0', ...ORDERER },
  { name: 'org0-orderer2', organization: 'org0', ...ORDERER },
  { name: 'org0-orderer3', organization: 'org0', ...ORDERER },
  { name: 'org1-peer1', organization: 'org1', ...PEER },
  { name: 'org1-peer2', organization: 'org1', ...PEER },
  { name: 'org2-peer1', organization: 'org2', ...PEER },
  { name: 'org2-peer2', organization: 'org2', ...PEER },
];
const ORGANIZATIONS = ['org0', 'org1', 'org2'] as const;
const ADMINS = ORGANIZATIONS.map((organization) => ({ name: `${organization}-admin`, organization, role: 'admin' }));
const SERVERS = ['org1', 'org2'].map((organization) => ({
  name: `${organization}-ccaas-mychannel-basic`,
  organization,
  role: 'client',
}));
const IDENTITIES = [...NODES, ...ADMINS, ...SERVERS];
const PEERS = NODES.filter(({ role }) => role === 'peer').map(({ name }) => name);
const ORDERERS = NODES.filter(({ role }) => role === 'orderer').map(({ name }) => name);
const CHAINCODE_SERVERS = SERVERS.map(({ name }) => name);

let cluster: Cluster;
let worker: TestWorker;
let testNetwork: DescribedNetwork;
let first: Ended;
/** Roots of the two CAs of each organization, as the CAs themselves give them out. */
const roots = new Map<string, { readonly ca: string; readonly tlsca: string }>();

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  await exampleChaincode();
  testNetwork = await describedNetwork(NAME, parse(await readFile(EXAMPLE, 'utf8')) as NetworkDescription);
  first = await testNetwork.weft('up', '-o', 'json');
  if (first.exitCode !== 0) return;
  for (const organization of ORGANIZATIONS) {
    await withAuthorities(organization, async ({ enrollmentCa, tlsCa }) => {
      roots.set(organization, { ca: await enrollmentCa.root(), tlsca: await tlsCa.root() });
    });
  }
});

afterAll(async () => {
  await testNetwork.remove(cluster);
  await worker.stop();
  await cluster.close();
});

describe('what weft up says', () => {
  it('one document: every step that is no look created, none tried twice', () => {
    expect(first.exitCode, first.stderr).toBe(0);
    const { network, outcome, steps, counts } = documentOf(first);
    expect({ network, outcome }).toEqual({ network: NAME, outcome: 'created' });
    const looks = steps.filter((step) => step.outcome === 'unchanged');
    expect(looks.map(({ step, target }) => `${step} ${target}`).sort()).toEqual(
      [
        `checkCluster ${NAME}`,
        'awaitLeader mychannel',
        ...['awaitBlocks mychannel@org1', 'awaitBlocks mychannel@org2'],
        ...PEERS.map((name) => `queryChaincode basic@${name}`),
      ].sort(),
    );
    // The look at the cluster comes first.
    expect(steps[0]).toBe(looks[0]);
    expect(steps.filter((step) => !looks.includes(step) && step.outcome !== 'created')).toEqual([]);
    expect(steps.filter((step) => step.attempts !== 1)).toEqual([]);
    expect(counts).toEqual({
      ...{ unchanged: looks.length, created: steps.length - looks.length },
      ...{ updated: 0, removed: 0 },
    });
    expect(steps.filter(({ step }) => step === 'awaitRollout').map(({ target }) => target)).toHaveLength(
      NODES.length + ORGANIZATIONS.length + CHAINCODE_SERVERS.length,
    );
    expect(Object.keys(steps[1] ?? {}).sort()).toEqual(
      ['attempts', 'outcome', 'reason', 'seconds', 'step', 'target'].sort(),
    );
  });

  it("the test network's own stages on stderr in their order, and at the end how much was done", () => {
    const lines = first.stderr.trimEnd().split('\n');
    const milestones = lines.filter((line) => / milestone /.test(line)).map((line) => /"(.*)"/.exec(line)?.[1]);
    // Whether the last milestone is still seen on its way past depends on when the watcher looks.
    expect(milestones.filter((name) => name !== 'Network is ready')).toEqual([
      'Creating local node MSP',
      'Launching orderers',
      'Launching peers',
      'Creating channels',
      'Deploying chaincode',
    ]);
    expect(lines.at(-1)).toMatch(new RegExp(`^✔ ${NAME} is ready: \\d+ steps in .*: \\d+ created, 8 unchanged\\.`));
  });

  it('orderers stand before a peer is launched', async () => {
    const deployments = await list(cluster, { apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace: NAME });
    const times = (role: string, timeOf: (deployment: KubernetesObject) => string | undefined): number[] =>
      deployments
        .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === role)
        .map((deployment) => Date.parse(timeOf(deployment) ?? ''));
    const ready = times('orderer', (orderer) => {
      const { conditions } = orderer['status'] as { conditions: { type: string; lastTransitionTime: string }[] };
      return conditions.find(({ type }) => type === 'Available')?.lastTransitionTime;
    });
    const launched = times('peer', ({ metadata }) => metadata['creationTimestamp'] as string);
    expect([ready.length, launched.length]).toEqual([3, 4]);
    expect(Math.max(...ready)).toBeLessThanOrEqual(Math.min(...launched));
  });

  it('a second time: nothing done, nothing touched, the milestones and the endpoints of every organization', async () => {
    const before = await snapshot(cluster, NAME);
    const second = await testNetwork.weft('up');
    expect(second.exitCode, second.stderr).toBe(0);
    expect(differences(before, await snapshot(cluster, NAME))).toEqual(NOTHING);
    expect(second.stdout).toBe(
      [
        '✅ - Creating local node MSP ...',
        '✅ - Launching orderers ...',
        '✅ - Launching peers ...',
        '✅ - Creating channels ...',
        '✅ - Deploying chaincode ...',
        '🏁 - Network is ready.',
        '',
        '- Org0 (org0.example.com):',
        '  - ECert Certificate Authority : https://org0-ca',
        '  - Orderer1 : grpcs://org0-orderer1',
        '  - Orderer2 : grpcs://org0-orderer2',
        '  - Orderer3 : grpcs://org0-orderer3',
        '',
        '- Org1 (org1.example.com):',
        '  - ECert Certificate Authority : https://org1-ca',
        '  - Peer Node 1 : grpcs://org1-peer1',
        '  - Peer Node 2 : grpcs://org1-peer2',
        '',
        '- Org2 (org2.example.com):',
        '  - ECert Certificate Authority : https://org2-ca',
        '  - Peer Node 1 : grpcs://org2-peer1',
        '  - Peer Node 2 : grpcs://org2-peer2',
      ].join('\n'),
    );
  });

  it('weft chaincode: a transaction is committed, and the peer of another organization answers with what it wrote', async () => {
    const call = (...parameters: readonly string[]): Promise<Ended> =>
      expectDone(weft('chaincode', ...parameters, '-f', testNetwork.file));
    await call('invoke', 'basic', 'CreateAsset', 'asset7', 'blue', '5', 'Ana', '400');
    const asset = { ID: 'asset7', Color: 'blue', Size: 5, Owner: 'Ana', AppraisedValue: 400 };
    const asked = async (): Promise<unknown> => {
      const { stdout } = await call('query', 'basic', 'GetAllAssets', '--org', 'org2', '--peer', 'peer2');
      return JSON.parse(stdout);
    };
    await expect.poll(asked, { timeout: BLOCK_ARRIVES_MS }).toEqual([asset]);
  });

  it('every connection that its pods have opened until now is one that its NetworkPolicies let through', async () => {
    const applied = await list(
      cluster,
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
      { namespace: NAME },
    );
    const policies = applied.map(readPolicy);
    const connections = await connectionsOf(cluster, NAME);
    const inWords = ({ from, to, port, protocol }: Flow): string =>
      `${roleOf(from)} -> ${roleOf(to)} ${port}/${protocol}`;
    // The platform's own network enforces nothing: what a policy is in the way of is seen here alone.
    expect(connections.filter((flow) => !isOpen(policies, flow)).map(inWords)).toEqual([]);
    // Those that stay open. Others are forgotten after a while: lookups of names after half a minute.
    expect([...new Set(connections.map(inWords))]).toEqual(
      expect.arrayContaining([
        'orderer -> orderer 6050/TCP',
        'peer -> orderer 6050/TCP',
        'peer -> peer 7051/TCP',
        'peer -> chaincode 9999/TCP',
      ]),
    );
  });

  it('weft status -o json: every node ready, with its version and its certificates; the channel and the chaincode', async () => {
    const { exitCode, stdout } = await testNetwork.weft('status', '-o', 'json', '--exit-code');
    expect(exitCode).toBe(0);
    const status = JSON.parse(stdout) as NetworkStatus;
    expect({ network: status.network, ready: status.ready }).toEqual({ network: NAME, ready: true });
    expect(
      status.nodes.map(({ name, organization, kind, ready, reason, version, certificates }) => ({
        name,
        organization,
        kind,
        ready,
        reason,
        version,
        uses: certificates.map(({ use }) => use),
      })),
    ).toEqual(
      [
        ...NODES.map(({ name, organization, role }) => ({
          name,
          organization,
          kind: role,
          version: '2.5.9',
          uses: ['identity', 'tls'],
        })),
        ...ORGANIZATIONS.map((organization) => ({
          name: `${organization}-ca`,
          organization,
          kind: 'ca',
          version: '1.5.21',
          uses: ['ca', 'tlsca', 'tls'],
        })),
      ]
        .map((node) => ({ ...node, ready: true, reason: '' }))
        .sort((a, b) => a.name.localeCompare(b.name)),
    );
    expect(status.channels).toMatchObject([{ name: 'mychannel' }]);
    for (const { height, peers, orderers } of status.channels) {
      expect(peers).toEqual(PEERS.map((name) => ({ name, height, reason: '' })));
      expect(orderers.map(({ name, status: state }) => ({ name, state }))).toEqual(
        ORDERERS.map((name) => ({ name, state: 'active' })),
      );
    }
    expect(status.chaincodes).toMatchObject([
      { name: 'basic', channel: 'mychannel', version: '1.0', sequence: 1, ready: true, reason: '' },
    ]);
    for (const { name, certificates } of status.nodes.filter(({ kind }) => kind !== 'ca')) {
      const [identity, tls] = certificates;
      const [msp, endpoint] = [await material(name, 'msp'), await material(name, 'tls')];
      expect(identity?.serial.toUpperCase()).toBe(msp.x509.serialNumber);
      expect(tls?.serial.toUpperCase()).toBe(endpoint.x509.serialNumber);
      expect(Date.parse(identity?.notAfter ?? '')).toBe(msp.x509.validToDate.getTime());
      expect(Date.parse(tls?.notAfter ?? '')).toBe(endpoint.x509.validToDate.getTime());
    }
  });
});

describe('the identities', () => {
  it.each(IDENTITIES)('$name: an MSP whose certificate leads to the CA and says $role', async (identity) => {
    const { name, organization, role } = identity;
    const { certificate, x509, key, data } = await material(name, 'msp');
    const { ca, tlsca } = rootsOf(organization);
    expect(entry(data, 'ca.pem')).toBe(ca);
    expect(entry(data, 'tlsca.pem')).toBe(tlsca);
    await expect(opensslVerify(certificate, ca)).resolves.toContain('OK');
    await expect(opensslVerify(certificate, tlsca)).rejects.toThrow('unable to get local issuer certificate');
    expect(x509.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(fieldsOf(x509.subject, 'OU')).toEqual([role]);
    expect(fieldsOf(x509.subject, 'CN')).toEqual([name]);
  });

  it.each(IDENTITIES)('$name: a TLS certificate of the TLS CA, with a key of its own', async (identity) => {
    const { name, organization } = identity;
    const { certificate, x509, key, data } = await material(name, 'tls');
    const { ca, tlsca } = rootsOf(organization);
    expect(entry(data, 'ca.pem')).toBe(tlsca);
    await expect(opensslVerify(certificate, tlsca, ['-purpose', 'sslserver'])).resolves.toContain('OK');
    await expect(opensslVerify(certificate, ca)).rejects.toThrow('unable to get local issuer certificate');
    expect(x509.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(key).not.toBe((await material(name, 'msp')).key);
  });

  it.each(ORGANIZATIONS)(
    '%s: its CAs registered each identity with its type, and enrolled it exactly once',
    async (organization) => {
      const expected = IDENTITIES.filter((identity) => identity.organization === organization);
      await withAuthorities(organization, async ({ enrollmentCa, tlsCa }) => {
        for (const ca of [enrollmentCa, tlsCa]) {
          const known = await Promise.all(expected.map(({ name }) => ca.identity(name)));
          expect(known.map((identity) => identity?.type)).toEqual(expected.map(({ role }) => role));
          // The registrar is the CA's own first identity.
          expect(await ca.issuedTo()).toEqual([...expected.map(({ name }) => name), 'rcaadmin'].sort());
        }
      });
    },
  );

  it.each(ORGANIZATIONS)("%s: its CAs' roots are their own, and both are published", async (organization) => {
    const { ca, tlsca } = rootsOf(organization);
    expect(ca).not.toBe(tlsca);
    for (const root of [ca, tlsca]) {
      const x509 = new X509Certificate(root);
      expect(x509.ca && x509.verify(x509.publicKey)).toBe(true);
    }
    expect(await dataOf(cluster, 'ConfigMap', NAME, `${organization}-ca-certificates`)).toEqual({
      'ca.pem': ca,
      'tlsca.pem': tlsca,
    });
  });

  it.each(ORGANIZATIONS)('%s: the NodeOU config.yaml of the test network', async (organization) => {
    const data = await dataOf(cluster, 'ConfigMap', NAME, `${organization}-msp-config`);
    const identifier = (role: string): object => ({
      Certificate: `cacerts/${organization}-ca.pem`,
      OrganizationalUnitIdentifier: role,
    });
    expect(parse(entry(data, 'config.yaml'))).toEqual({
      NodeOUs: {
        Enable: true,
        ClientOUIdentifier: identifier('client'),
        PeerOUIdentifier: identifier('peer'),
        AdminOUIdentifier: identifier('admin'),
        OrdererOUIdentifier: identifier('orderer'),
      },
    });
  });

  it('the TLS roots of all organizations are there for every node', async () => {
    const published = await dataOf(cluster, 'ConfigMap', NAME, `${NAME}-tls-roots`);
    expect(published).toEqual(
      Object.fromEntries(ORGANIZATIONS.map((organization) => [`${organization}.pem`, rootsOf(organization).tlsca])),
    );
  });

  it.each(ORGANIZATIONS)('%s: base files with the ccaas builder and what it passes on', async (organization) => {
    const data = await dataOf(cluster, 'ConfigMap', NAME, `${organization}-config`);
    const core = parse(entry(data, 'core.yaml')) as { chaincode: { externalBuilders: unknown } };
    expect(core.chaincode.externalBuilders).toEqual([
      {
        name: 'ccaas_builder',
        path: '/opt/hyperledger/ccaas_builder',
        propagateEnvironment: ['CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG'],
      },
    ]);
    expect(parse(entry(data, 'orderer.yaml'))).toHaveProperty('General');
  });
});

describe('the servers of the chaincode', () => {
  it.each(SERVERS)(
    '$name: takes connections of the peers of its organization alone',
    async ({ name, organization }) => {
      const connect = async (client?: string): Promise<void> => {
        const pair = client === undefined ? {} : { client: await material(client, 'tls') };
        const { tlsca } = rootsOf(organization);
        const target = { namespace: NAME, service: name, port: 9999 };
        await openConnection(cluster, target, { roots: tlsca, servername: name, ...pair });
      };
      await connect(`${organization}-peer1`);
      await expect(connect()).rejects.toThrow('alert certificate required');
      const other = organization === 'org1' ? 'org2' : 'org1';
      for (const stranger of [`${other}-peer1`, 'org0-orderer1']) {
        await expect(connect(stranger), stranger).rejects.toThrow(/alert (bad certificate|unknown ca)/);
      }
    },
  );

  it('are called by peers with keys that stand in Secrets alone', async () => {
    const objects = await objectsIn(cluster, NAME);
    const [secrets, others] = [true, false].map((isSecret) =>
      objects.filter(({ kind }) => (kind === 'Secret') === isSecret),
    );
    const keys = secretsIn(secrets ?? []);
    expect(keys.map(({ origin }) => origin)).toEqual(
      expect.arrayContaining(PEERS.map((name) => `${name}-tls/key.pem`)),
    );
    expect(leaksIn(JSON.stringify(others), keys)).toEqual([]);
  });
});

describe('the nodes', () => {
  it.each(NODES)('$name: healthy, and a TLS handshake under each of its names', async (node) => {
    const { name, organization, ports } = node;
    const { tlsca } = rootsOf(organization);
    const names = [
      name,
      `${name}.${NAME}`,
      `${name}.${NAME}.svc`,
      `${name}.${NAME}.svc.cluster.local`,
      `${name}.${organization}.example.com`,
      'localhost',
    ];
    // grpcs://org1-peer1 has no port, so 443; Fabric's own samples call the node's native one.
    for (const port of [443, ports.grpc]) {
      const target = { namespace: NAME, service: name, port };
      const shown = await handshake(cluster, target, { roots: tlsca, servername: name });
      expect(shown.raw.equals((await material(name, 'tls')).x509.raw)).toBe(true);
      for (const host of names) expect(checkServerIdentity(host, shown.toLegacyObject())).toBeUndefined();
      expect(shown.checkIP('127.0.0.1')).toBe('127.0.0.1');
      expect(shown.subjectAltName?.split(', ')).toHaveLength(names.length + 1);
    }
    const target = { namespace: NAME, service: name, port: 443 };
    await expect(handshake(cluster, target, { roots: tlsca, servername: 'org9-peer1' })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    await expect(handshake(cluster, target, { roots: rootsOf(organization).ca, servername: name })).rejects.toThrow(
      'unable to verify the first certificate',
    );
  });

  it.each(NODES)(
    '$name: tells its health to everybody; metrics and log levels are for who has the certificate for it',
    async (node) => {
      const { name, organization, ports, role } = node;
      const target = { namespace: NAME, service: name, port: ports.operations };
      const scraper = await dataOf(cluster, 'Secret', NAME, `${organization}-metrics-client`);
      const roots = entry(scraper, 'ca.crt');
      const ask = (path: string, more: Partial<OperationsQuestion> = {}): ReturnType<typeof operations> =>
        operations(cluster, target, { roots, path, ...more });
      const spec = { body: { spec: 'INFO' } };
      expect(await ask('/healthz')).toMatchObject({ status: 200, text: expect.stringContaining('"OK"') as string });
      // Peers have metrics where their environment says so.
      const closed = role === 'orderer' ? ['/metrics', '/logspec'] : ['/logspec'];
      for (const path of closed) expect(await ask(path), path).toMatchObject({ status: 401 });
      expect(await ask('/logspec', spec)).toMatchObject({ status: 401 });

      const { certificate, key } = await material(name, 'tls');
      await expect(ask('/logspec', { ...spec, client: { certificate, key } })).rejects.toThrow();

      const client = { certificate: entry(scraper, 'tls.crt'), key: entry(scraper, 'tls.key') };
      for (const path of closed) expect(await ask(path, { client }), path).toMatchObject({ status: 200 });
      expect(await ask('/logspec', { ...spec, client })).toMatchObject({ status: 204 });
    },
  );

  it('one Deployment with strategy Recreate, one pod, one Service for each node, CA and chaincode server, and volumes for all but these', async () => {
    const names = [
      ...NODES.map(({ name }) => name),
      ...ORGANIZATIONS.map((organization) => `${organization}-ca`),
    ].sort();
    const objects = await objectsIn(cluster, NAME);
    const ofKind = (kind: string): KubernetesObject[] => objects.filter((object) => object.kind === kind);
    const withServers = [...names, ...CHAINCODE_SERVERS].sort();
    const namesOf = (kind: string): string[] =>
      ofKind(kind)
        .map(({ metadata }) => metadata.name)
        .sort();
    expect(namesOf('Deployment')).toEqual(withServers);
    expect(namesOf('Service')).toEqual(withServers);
    expect(namesOf('PersistentVolumeClaim')).toEqual(names);
    const nodesOfPods = ofKind('Pod').map(({ metadata }) => metadata.labels?.['weft.dev/node']);
    expect(nodesOfPods.sort()).toEqual(withServers);
    const strategies = ofKind('Deployment').map(({ spec }) => (spec as { strategy: { type: string } }).strategy.type);
    expect(new Set(strategies)).toEqual(new Set(['Recreate']));
  });

  it('every peer and orderer mounts the MSP with its NodeOUs where its environment points', async () => {
    const pods = (await objectsIn(cluster, NAME, 'weft.dev/node')).filter(({ kind }) => kind === 'Pod');
    for (const { name, organization, role } of NODES) {
      const pod = pods.find(({ metadata }) => metadata.labels?.['weft.dev/node'] === name);
      const { volumes, containers } = pod?.['spec'] as PodSpec;
      const paths = volumes
        .find((volume) => volume.name === 'msp')
        ?.projected?.sources.flatMap(({ secret, configMap }) => secret?.items ?? configMap?.items ?? [])
        .map(({ path }) => path);
      expect(paths?.sort()).toEqual(
        [
          'config.yaml',
          'keystore/key.pem',
          'signcerts/cert.pem',
          `cacerts/${organization}-ca.pem`,
          `tlscacerts/${organization}-tlsca.pem`,
        ].sort(),
      );
      const environment = await dataOf(cluster, 'ConfigMap', NAME, `${name}-config`);
      const folder = environment[role === 'peer' ? 'CORE_PEER_MSPCONFIGPATH' : 'ORDERER_GENERAL_LOCALMSPDIR'];
      const mounts = containers.flatMap(({ volumeMounts }) => volumeMounts);
      expect(mounts.find((mount) => mount.name === 'msp')?.mountPath).toBe(folder);
    }
  });

  it('every pod keeps to the restricted Pod Security Standard', async () => {
    const pods = (await objectsIn(cluster, NAME)).filter(({ kind }) => kind === 'Pod');
    expect(pods).toHaveLength(NODES.length + ORGANIZATIONS.length + CHAINCODE_SERVERS.length);
    for (const { metadata, spec } of pods) {
      const { securityContext, containers, initContainers = [], volumes, ...rest } = spec as PodSpec;
      expect(securityContext, metadata.name).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const container of [...containers, ...initContainers]) {
        expect(container.securityContext, metadata.name).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.securityContext, metadata.name).not.toHaveProperty('privileged', true);
      }
      expect(volumes.filter((volume) => 'hostPath' in volume)).toEqual([]);
      expect([rest.hostNetwork, rest.hostPID, rest.hostIPC].filter(Boolean), metadata.name).toEqual([]);
    }
  });

  it('the namespace takes no pod that does not', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'careless', namespace: NAME },
      spec: { containers: [{ name: 'careless', image: 'careless' }] },
    };
    const attempt = cluster.request({
      method: 'POST',
      path: `/api/v1/namespaces/${NAME}/pods`,
      query: { dryRun: 'All' },
      body: pod,
      purpose: 'create a pod as root',
    });
    await expect(attempt).rejects.toThrow(KubernetesError);
    await expect(attempt).rejects.toThrow('violates PodSecurity "restricted:latest"');
  });
});

describe('weft down', () => {
  it('leaves nothing at all: no namespace and no volume', async () => {
    expect(await volumesOf(cluster, NAME)).toHaveLength(NODES.length + ORGANIZATIONS.length);
    const { stdout } = await expectDone(testNetwork.weft('down', '--yes'));
    expect(stdout).toMatch(new RegExp(`^${NAME} is removed from `));
    expect(await observe(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAME } })).toBeUndefined();
    await expect.poll(() => volumesOf(cluster, NAME), { timeout: VOLUMES_GONE_MS }).toEqual([]);
  });
});

/** A block reaches one peer a moment later than another; the rest is for a machine on which a command takes its time. */
const BLOCK_ARRIVES_MS = 60_000;

/** The provisioner deletes volumes within a second after their claims. */
const VOLUMES_GONE_MS = 30_000;

interface PodSpec {
  readonly securityContext: object;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes: readonly {
    readonly name: string;
    readonly projected?: {
      readonly sources: readonly { readonly secret?: Projection; readonly configMap?: Projection }[];
    };
  }[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
}

interface Container {
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Projection {
  readonly items: readonly { readonly path: string }[];
}

/** The kind of node that a pod of the network is, or the namespace of any other. */
function roleOf(end: Flow['from']): string {
  if (end === 'elsewhere') return end;
  return end.namespace === NAME ? (end.labels['app.kubernetes.io/component'] ?? end.name) : end.namespace;
}

async function material(
  name: string,
  use: 'msp' | 'tls',
): Promise<{ certificate: string; x509: X509Certificate; key: string; data: Readonly<Record<string, string>> }> {
  const data = await dataOf(cluster, 'Secret', NAME, `${name}-${use}`);
  const certificate = entry(data, 'cert.pem');
  return { certificate, x509: new X509Certificate(certificate), key: entry(data, 'key.pem'), data };
}

function rootsOf(organization: string): { readonly ca: string; readonly tlsca: string } {
  const known = roots.get(organization);
  if (known === undefined) throw new Error(`The CAs of ${organization} gave out no roots.`);
  return known;
}

/** Values of a field in a name as Node.js writes it, one field per line. */
function fieldsOf(subject: string, field: string): string[] {
  return subject
    .split('\n')
    .filter((line) => line.startsWith(`${field}=`))
    .map((line) => line.slice(field.length + 1));
}

async function withAuthorities(organization: string, act: (view: AuthoritiesView) => Promise<void>): Promise<void> {
  const authorities = await viewAuthorities(cluster, { name: organization, namespace: NAME });
  try {
    await act(authorities);
  } finally {
    await authorities.close();
  }
}
