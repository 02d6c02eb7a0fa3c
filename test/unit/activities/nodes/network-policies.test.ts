import { beforeAll, describe, expect, test } from 'vitest';

import { applyNetworkPolicies, type NetworkPoliciesInput } from '../../../../src/activities/nodes/network-policies.ts';
import { renderManifest, type Decision } from '../../../../src/kubernetes/index.ts';
import { completeDescription, outgoingPorts, type Network } from '../../../../src/spec/index.ts';
import { loadTemplate } from '../../../../src/templates/index.ts';
import { networkSettings, organizationSettings } from '../../../../src/workflows/inputs.ts';
import {
  isOpen,
  policyPod,
  readPolicy,
  type Flow,
  type Policy,
  type PolicyPod,
} from '../../../support/network-policies.ts';
import { exampleVariables, variablesOf } from '../../../support/templates.ts';
import { networkOf } from '../../spec/descriptions.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf } from '../stored.ts';

/*
 * Every connection that a bring-up, a transaction and a scrape open is let through, and what strangers and neighbours might try is not. The pods are those
 * of kube/, with the labels and ports that they have there.
 */

const NETWORK = 'trade';

/** Two organizations share a namespace, with somebody else's pod and with another network. */
function described(networkPolicies?: unknown): Network {
  return networkOf(
    completeDescription({
      name: NETWORK,
      ...(networkPolicies === undefined ? {} : { kubernetes: { networkPolicies } }),
      organizations: [
        {
          ...{ name: 'org0', namespace: 'ordering', orderers: 2 },
          certificateAuthority: {
            environment: { FABRIC_CA_SERVER_DB_DATASOURCE: 'host=db.example port=5432 user=ca' },
          },
        },
        {
          ...{ name: 'org1', namespace: 'members' },
          orderers: [
            {
              ...{ name: 'orderer1', address: 'orderer1.org1.example.com:30443' },
              environment: { ORDERER_METRICS_STATSD_ADDRESS: 'statsd.example:8125' },
            },
          ],
          peers: [
            {
              name: 'peer1',
              environment: { CORE_LEDGER_STATE_COUCHDBCONFIG_COUCHDBADDRESS: 'couchdb.members:5984' },
            },
            { name: 'peer2' },
          ],
        },
        { name: 'org2', namespace: 'members', peers: 1 },
      ],
      channels: [{ name: 'mychannel', orderers: ['org0', 'org1'] }],
      chaincodes: [
        { name: 'basic', version: '1.0', image: 'basic:1.0', environment: { RATES: 'https://rates.example:8444/' } },
        { name: 'debugged', version: '1.0', address: 'laptop.example:9876' },
      ],
    }),
  );
}

/** The pods that a manifest of kube/ makes. */
async function podsOf(file: string, variables: object): Promise<PolicyPod[]> {
  const text = await loadTemplate(file);
  const objects = renderManifest(text, variablesOf(text, { ...exampleVariables(NETWORK), ...variables }), file);
  return objects.filter(({ kind }) => ['Deployment', 'Job', 'Pod'].includes(kind)).map(policyPod);
}

async function podsOfNetwork(): Promise<PolicyPod[]> {
  const [org0, org1, org2] = [
    { ORGANIZATION: 'org0', NAMESPACE: 'ordering' },
    { ORGANIZATION: 'org1', NAMESPACE: 'members' },
    { ORGANIZATION: 'org2', NAMESPACE: 'members' },
  ];
  const pods = await Promise.all([
    podsOf('certificate-authority.yaml', { ...org0, NODE: 'org0-ca' }),
    podsOf('certificate-authority.yaml', { ...org1, NODE: 'org1-ca' }),
    podsOf('certificate-authority.yaml', { ...org2, NODE: 'org2-ca' }),
    podsOf('orderer.yaml', { ...org0, NODE: 'org0-orderer1' }),
    podsOf('orderer.yaml', { ...org0, NODE: 'org0-orderer2' }),
    podsOf('orderer.yaml', { ...org1, NODE: 'org1-orderer1' }),
    podsOf('peer.yaml', { ...org1, NODE: 'org1-peer1' }),
    podsOf('peer.yaml', { ...org1, NODE: 'org1-peer2' }),
    podsOf('peer.yaml', { ...org2, NODE: 'org2-peer1' }),
    podsOf('chaincode.yaml', { ...org1, SERVER: 'org1-ccaas' }),
    podsOf('chaincode.yaml', { ...org2, SERVER: 'org2-ccaas' }),
    podsOf('peer-unjoin.yaml', { ...org1, NODE: 'org1-peer1', JOB: 'org1-peer1-unjoin' }),
    podsOf('orderer-clean.yaml', { ...org0, NODE: 'org0-orderer1', JOB: 'org0-orderer1-clean' }),
    podsOf('volume-files.yaml', { ...org1, NODE: 'org1-peer1' }),
    podsOf('peer.yaml', { ...org1, NETWORK: 'other', NODE: 'other-peer1' }),
  ]);
  return pods.flat();
}

function stranger(name: string, namespace: string, labels: Readonly<Record<string, string>> = {}): PolicyPod {
  return { name, namespace, labels, ports: {} };
}

const STRANGERS = [
  stranger('worker', 'weft', { 'app.kubernetes.io/name': 'weft-worker' }),
  stranger('prometheus', 'monitoring', { 'app.kubernetes.io/name': 'prometheus' }),
  stranger('coredns', 'kube-system', { 'k8s-app': 'kube-dns' }),
  stranger('application', 'shop'),
  stranger('neighbour', 'members'),
];

const pods = new Map<string, PolicyPod>();

beforeAll(async () => {
  for (const pod of [...(await podsOfNetwork()), ...STRANGERS]) pods.set(pod.name, pod);
});

function inputsOf(network: Network): NetworkPoliciesInput[] {
  return network.organizations.map((organization) => ({
    network: networkSettings(network),
    organization: organizationSettings(organization),
    outgoingPorts: outgoingPorts(network, organization),
    dryRun: false,
  }));
}

async function applied(network: Network): Promise<readonly Policy[]> {
  const store = objectStore([]);
  await decisions(network, store);
  return store.all().map(readPolicy);
}

function decisions(network: Network, store: ObjectStore): Promise<Decision[]> {
  const { signal } = new AbortController();
  return Promise.all(inputsOf(network).map((input) => applyNetworkPolicies(dependenciesOf(store), input, { signal })));
}

/** Who opens a connection, to whom, and to which port: a pod's by its name, any by its number; `53/UDP` where it is not TCP. */
type Row = readonly [why: string, from: string, to: string, port: string];

function flowOf([, from, to, at]: Row): Flow {
  const [port = '', protocol = 'TCP'] = at.split('/');
  const target = endpoint(to);
  const number = target === 'elsewhere' ? undefined : target.ports[port];
  if (number === undefined && !/^\d+$/.test(port)) throw new Error(`${to} has no port ${port}.`);
  return {
    from: endpoint(from),
    to: target,
    port: number ?? Number(port),
    protocol: protocol === 'UDP' ? 'UDP' : 'TCP',
  };
}

function endpoint(name: string): Flow['from'] {
  if (name === 'elsewhere') return name;
  const pod = pods.get(name);
  if (pod === undefined) throw new Error(`There is no pod ${name}.`);
  return pod;
}

const NODES = ['org0-orderer1', 'org1-orderer1', 'org1-peer1', 'org2-peer1'] as const;
const CAS = ['org0-ca', 'org1-ca', 'org2-ca'] as const;
const SERVERS = ['org1-ccaas', 'org2-ccaas'] as const;
const OF_NETWORK = [...CAS, ...NODES, ...SERVERS, 'org1-peer1-unjoin', 'org0-orderer1-clean'];

/** Every connection that pods of the network open or take, by what it is for. */
const USED: readonly Row[] = [
  // A bring-up.
  ...CAS.map((ca): Row => ['enroll', 'worker', ca, 'https']),
  ...['org0-orderer1', 'org1-orderer1'].flatMap((orderer): Row[] => [
    ['join a channel', 'worker', orderer, 'admin'],
    ['read who leads', 'worker', orderer, 'operations'],
    ['submit a configuration', 'worker', orderer, 'grpc'],
  ]),
  ...['org1-peer1', 'org2-peer1'].map((peer): Row => ['install and approve', 'worker', peer, 'grpc']),
  ['consensus', 'org0-orderer1', 'org0-orderer2', 'grpc'],
  ['consensus between namespaces', 'org0-orderer1', 'org1-orderer1', 'grpc'],
  ['consensus between namespaces', 'org1-orderer1', 'org0-orderer1', 'grpc'],
  ['consensus with an orderer at an address', 'org0-orderer1', 'elsewhere', '30443'],
  ['consensus with somebody else’s orderer', 'org0-orderer1', 'elsewhere', '7050'],
  ['somebody else’s orderer', 'elsewhere', 'org0-orderer1', 'grpc'],
  ['blocks from an orderer', 'org1-peer1', 'org0-orderer1', 'grpc'],
  ['blocks from an orderer of its own', 'org1-peer1', 'org1-orderer1', 'grpc'],
  ['gossip', 'org1-peer1', 'org1-peer2', 'grpc'],
  ['gossip with itself, with which the first peer starts', 'org1-peer1', 'org1-peer1', 'grpc'],
  ['gossip between organizations', 'org1-peer1', 'org2-peer1', 'grpc'],
  ['gossip with a peer of another cluster', 'org1-peer1', 'elsewhere', '443'],
  ['gossip with a peer behind an ingress controller', 'org1-peer1', 'elsewhere', '8443'],
  ['gossip with somebody else’s peer', 'org1-peer1', 'elsewhere', '7051'],
  ['somebody else’s peer', 'elsewhere', 'org1-peer1', 'grpc'],
  ['state in CouchDB', 'org1-peer1', 'elsewhere', '5984'],
  ['state in CouchDB, beside the peer', 'org1-peer1', 'neighbour', '5984'],
  ['delete the state of a channel', 'org1-peer1-unjoin', 'elsewhere', '5984'],
  ['identities in a database', 'org0-ca', 'elsewhere', '5432'],
  ['metrics that are pushed', 'org1-orderer1', 'elsewhere', '8125/UDP'],
  // CoreDNS of the embedded platform listens on 1053, behind the Service's 53.
  ...OF_NETWORK.flatMap((pod): Row[] => [
    ['look a name up', pod, 'coredns', '1053/UDP'],
    ['look a long answer up', pod, 'coredns', '1053/TCP'],
    ['look a name up in the cache of the machine', pod, 'elsewhere', '53/UDP'],
    ['look a long answer up there', pod, 'elsewhere', '53/TCP'],
    ['look a name up on OpenShift', pod, 'elsewhere', '5353/UDP'],
    ['look a long answer up there', pod, 'elsewhere', '5353/TCP'],
  ]),
  // A transaction.
  ['the Gateway', 'application', 'org1-peer1', 'grpc'],
  ['the Gateway, from outside of the cluster', 'elsewhere', 'org1-peer1', 'grpc'],
  ['broadcast by an older client', 'application', 'org0-orderer1', 'grpc'],
  ['endorsement by another organization', 'org1-peer2', 'org2-peer1', 'grpc'],
  ['submit to an orderer', 'org2-peer1', 'org1-orderer1', 'grpc'],
  ['call chaincode', 'org1-peer1', 'org1-ccaas', 'chaincode'],
  ['call chaincode', 'org2-peer1', 'org2-ccaas', 'chaincode'],
  ['call chaincode at an address', 'org1-peer1', 'elsewhere', '9876'],
  ['what a chaincode asks for', 'org1-ccaas', 'elsewhere', '8444'],
  // A scrape.
  ...[...NODES, ...CAS].map((pod): Row => ['metrics', 'prometheus', pod, 'operations']),
];

const ENDPOINTS: readonly (readonly [pod: string, port: string])[] = [
  ...CAS.map((ca) => [ca, 'https'] as const),
  ...[...CAS, ...NODES].map((pod) => [pod, 'operations'] as const),
  ...['org0-orderer1', 'org1-orderer1'].map((orderer) => [orderer, 'admin'] as const),
  ...SERVERS.map((server) => [server, 'chaincode'] as const),
  ...['org1-peer1', 'org2-peer1'].map((peer) => [peer, 'chaincode'] as const),
];

const REFUSED: readonly Row[] = [
  ...['application', 'neighbour', 'other-peer1', 'elsewhere', 'coredns'].flatMap((from) =>
    ENDPOINTS.map(([to, port]): Row => ['a stranger', from, to, port]),
  ),
  ...['org1-peer1', 'org0-orderer1', 'org1-ccaas', 'org1-ca', 'org1-peer1-volume-files'].flatMap((from) =>
    ENDPOINTS.filter(([to, port]) => port !== 'chaincode' || to !== 'org1-ccaas').map(([to, port]): Row => [
      'a pod of the network',
      from,
      to,
      port,
    ]),
  ),
  ['a peer of another organization', 'org2-peer1', 'org1-ccaas', 'chaincode'],
  ['another chaincode', 'org2-ccaas', 'org1-ccaas', 'chaincode'],
  ['an orderer', 'org1-orderer1', 'org1-ccaas', 'chaincode'],
  ['a worker, which has no business there', 'worker', 'org1-ccaas', 'chaincode'],
  ['a worker, which has no business there', 'worker', 'org1-peer1', 'operations'],
  ['who collects metrics', 'prometheus', 'org0-orderer1', 'admin'],
  ['who collects metrics', 'prometheus', 'org1-ca', 'https'],
  ['chaincode', 'org1-ccaas', 'org0-orderer1', 'grpc'],
  ['chaincode', 'org1-ccaas', 'org1-peer1', 'grpc'],
  ['chaincode', 'org1-ccaas', 'elsewhere', '443'],
  ['a CA', 'org1-ca', 'org0-orderer1', 'grpc'],
  ['a CA that has no database elsewhere', 'org1-ca', 'elsewhere', '5432'],
  ['a Job', 'org0-orderer1-clean', 'org0-orderer1', 'grpc'],
  ['a pod that copies a volume', 'org1-peer1-volume-files', 'org1-peer1', 'grpc'],
  ['a peer', 'org1-peer1', 'elsewhere', '22'],
  ['a peer', 'org1-peer1', 'elsewhere', '80'],
  ['a peer, of the API server', 'org1-peer1', 'elsewhere', '6443'],
  ['a peer of an organization without CouchDB', 'org2-peer1', 'elsewhere', '5984'],
];

function inWords([why, from, to, port]: Row): string {
  return `${why}: ${from} to ${port} of ${to}`;
}

describe('the NetworkPolicies of a network', () => {
  test('let every connection through that a bring-up, a transaction and a scrape use', async () => {
    const policies = await applied(described());
    expect(USED.filter((row) => !isOpen(policies, flowOf(row))).map(inWords)).toEqual([]);
  });

  test('let nothing else through', async () => {
    const policies = await applied(described());
    expect(REFUSED.filter((row) => isOpen(policies, flowOf(row))).map(inWords)).toEqual([]);
  });

  test('open nothing that none of these connections needs', async () => {
    // By default the ports of others' nodes are open to any address, those of the network's own among them.
    const policies = await applied(described({ externalPorts: [] }));
    const flows = USED.map(flowOf).filter((flow) => isOpen(policies, flow));
    const openings = openingsOf(policies);
    expect(openings.length).toBeGreaterThan(15);
    const needless = openings.filter(({ without }) => flows.every((flow) => isOpen(without, flow)));
    expect(needless.map(({ name }) => name)).toEqual([]);
  });

  test('leave pods of others in the same namespaces alone', async () => {
    const policies = await applied(described());
    const rows: readonly Row[] = [
      ['a neighbour is reached as before', 'application', 'neighbour', '80'],
      ['a neighbour reaches whom it likes', 'neighbour', 'elsewhere', '22'],
      ['another network has policies of its own, or none', 'application', 'other-peer1', 'operations'],
      ['another network', 'other-peer1', 'elsewhere', '22'],
    ];
    expect(rows.filter((row) => !isOpen(policies, flowOf(row))).map(inWords)).toEqual([]);
  });
});

describe('who is let in', () => {
  test('are workers and who collects metrics, as the description names them', async () => {
    const policies = await applied(
      described({
        workers: [{ namespace: 'weft' }],
        metrics: [{ namespace: 'monitoring', labels: { app: 'vmagent' } }],
      }),
    );
    const impostor = stranger('impostor', 'shop', { 'app.kubernetes.io/name': 'weft-worker' });
    const collector = stranger('collector', 'monitoring', { app: 'vmagent' });
    const admin = flowOf(['', 'worker', 'org0-orderer1', 'admin']);
    const scrape = flowOf(['', 'prometheus', 'org1-peer1', 'operations']);
    expect([admin, { ...admin, from: impostor }].map((flow) => isOpen(policies, flow))).toEqual([true, false]);
    expect([{ ...scrape, from: collector }, scrape].map((flow) => isOpen(policies, flow))).toEqual([true, false]);
  });
});

describe('where nodes call beyond the network', () => {
  test('are the ports that addresses name alone, if the description has no others', async () => {
    const policies = await applied(described({ externalPorts: [] }));
    const called = ['443', '7050', '30443'].filter((port) =>
      isOpen(policies, flowOf(['', 'org0-orderer1', 'elsewhere', port])),
    );
    expect(called).toEqual(['30443']);
    expect(isOpen(policies, flowOf(['', 'org0-orderer1', 'org1-peer1', 'grpc']))).toBe(false);
  });
});

describe('a network without NetworkPolicies', () => {
  test('has none, loses those that it had, and gets them again', async () => {
    const store = objectStore([]);
    expect(outcomes(await decisions(described(false), store))).toEqual(['unchanged']);
    expect(outcomes(await decisions(described(), store))).toEqual(['created']);
    expect(outcomes(await decisions(described(), store))).toEqual(['unchanged']);
    expect(outcomes(await decisions(described(false), store))).toEqual(['removed']);
    expect(store.left()).toEqual([]);
    expect(outcomes(await decisions(described(true), store))).toEqual(['created']);
  });
});

function outcomes(made: readonly Decision[]): string[] {
  return [...new Set(made.map(({ outcome }) => outcome))];
}

interface Opening {
  readonly name: string;
  /** The policies without it. */
  readonly without: readonly Policy[];
}

/** What kinds of policies open, each in all organizations at once: a rule, and of what is let in each port. */
function openingsOf(policies: readonly Policy[]): Opening[] {
  const [first] = described().organizations;
  const kinds = policies.flatMap(({ metadata: { name } }) =>
    name.startsWith(`${first?.name ?? ''}-`) ? [name.slice(name.indexOf('-'))] : [],
  );
  return kinds.flatMap((kind) => {
    const rules = (of: (policy: Policy) => number): number =>
      Math.max(...policies.filter(({ metadata }) => metadata.name.endsWith(kind)).map(of));
    const without = (change: (spec: Policy['spec']) => Policy['spec']): readonly Policy[] =>
      policies.map((policy) =>
        policy.metadata.name.endsWith(kind) ? { ...policy, spec: change(policy.spec) } : policy,
      );
    const ingress = numbered(rules(({ spec }) => spec.ingress?.length ?? 0)).flatMap((at) =>
      numbered(rules(({ spec }) => spec.ingress?.[at]?.ports?.length ?? 0)).map((port) => ({
        name: `${kind}: port ${port} of what comes in by rule ${at}`,
        without: without((spec) => ({
          ...spec,
          // A rule without ports would be one for all.
          ingress: (spec.ingress ?? []).flatMap((rule, i) =>
            i === at ? (rule.ports ?? []).flatMap((one, j) => (j === port ? [] : [{ ...rule, ports: [one] }])) : [rule],
          ),
        })),
      })),
    );
    const egress = numbered(rules(({ spec }) => spec.egress?.length ?? 0)).map((at) => ({
      name: `${kind}: what goes out by rule ${at}`,
      without: without((spec) => ({ ...spec, egress: (spec.egress ?? []).filter((_, i) => i !== at) })),
    }));
    return [...ingress, ...egress];
  });
}

function numbered(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
