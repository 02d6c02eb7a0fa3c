import type {
  ChaincodeCall,
  CommittedTransaction,
  NodeEndpoint,
  SigningIdentity,
  PeerGateway,
  SubmitOptions,
} from '../../../src/fabric/gateway/client.ts';
import type { Connection, ServiceTarget } from '../../../src/kubernetes/index.ts';
import type { NetworkConfigMap, NetworkAccess, StoredIdentity, Texts } from '../../../src/operations/index.ts';
import type { Network } from '../../../src/spec/index.ts';
import { completed } from '../cli/harness.ts';

/** Two member organizations, one of which has a peer that is in the second channel only. */
export const NETWORK = completed({
  name: 'net',
  organizations: [
    { name: 'org0', mspId: 'OrdererMSP', orderers: 3 },
    { name: 'org1', mspId: 'Org1MSP', peers: 2 },
    { name: 'org2', mspId: 'Org2MSP', peers: 2 },
  ],
  channels: [
    { name: 'mychannel', orderers: ['org0'], peers: [{ organization: 'org1', peers: ['peer2'] }, 'org2'] },
    { name: 'second', orderers: ['org0'], peers: ['org2'] },
  ],
  chaincodes: [
    { name: 'basic', channel: 'mychannel', version: '1.0', image: 'localhost:5000/basic:1.0' },
    { name: 'basic', channel: 'second', version: '1.0', image: 'localhost:5000/basic:1.0' },
    { name: 'token', channel: 'mychannel', version: '1.0', image: 'localhost:5000/token:1.0' },
  ],
});

/** What was asked of a gateway. */
export interface GatewayCall {
  readonly call: ChaincodeCall;
  readonly options: SubmitOptions;
}

export interface FakeAccess extends NetworkAccess {
  /** Gateways that were gone to. */
  readonly gateways: { readonly endpoint: NodeEndpoint; readonly identity: SigningIdentity }[];
  readonly calls: GatewayCall[];
  readonly forwards: (ServiceTarget & { readonly localPort?: number })[];
  /** Secrets that were read, as `namespace/name`. */
  readonly secrets: string[];
  /** What is open now: ways and gateways. */
  open: number;
}

export interface FakeAccessOptions {
  /** Networks that Weft brought up; NETWORK unless told. */
  readonly networks?: readonly Network[];
  readonly answer?: Uint8Array | string;
  /** The identities of applications, whatever namespace is asked about. */
  readonly identities?: readonly StoredIdentity[];
  readonly submit?: (call: ChaincodeCall, options: SubmitOptions) => Promise<CommittedTransaction>;
}

/** A cluster in which networks stand, with gateways that answer as they are told. */
export function fakeAccess({
  networks = [NETWORK],
  answer = '{"ID":"asset7"}',
  identities = [],
  submit,
}: FakeAccessOptions = {}): FakeAccess {
  const records = networks.map((network): NetworkConfigMap & { readonly namespaces: readonly string[] } => ({
    network: network.name,
    name: `${network.name}-network`,
    namespace: network.organizations[0]?.namespace ?? '',
    data: { 'network.json': JSON.stringify(network) },
    namespaces: network.organizations.map(({ namespace }) => namespace),
  }));
  const read = (kind: string, namespace: string, name: string): Texts | undefined => {
    if (kind === 'Secret') self.secrets.push(`${namespace}/${name}`);
    const admin = /^(org\d)-admin-msp$/.exec(name)?.[1];
    if (kind === 'Secret' && admin !== undefined)
      return { 'cert.pem': `cert of ${admin}`, 'key.pem': `key of ${admin}` };
    const application = /^(org\d)-(.+)-identity$/.exec(name)?.[2];
    if (application !== undefined) return { 'cert.pem': `cert of ${application}`, 'key.pem': `key of ${application}` };
    const ca = /^(org\d)-ca-certificates$/.exec(name)?.[1];
    if (ca !== undefined) return { 'ca.pem': 'root', 'tlsca.pem': `TLS root of ${ca}` };
    return records.find((record) => record.name === name && record.namespaces.includes(namespace))?.data;
  };
  const gateway = (endpoint: NodeEndpoint, identity: SigningIdentity): PeerGateway => {
    self.gateways.push({ endpoint, identity });
    self.open += 1;
    return {
      evaluate: (call, options) => {
        self.calls.push({ call, options });
        return Promise.resolve(Buffer.from(answer));
      },
      submit: (call, options) => {
        self.calls.push({ call, options });
        if (submit !== undefined) return submit(call, options);
        return Promise.resolve({ transactionId: 'tx1', block: 7, status: 'VALID', result: Buffer.from(answer) });
      },
      close: () => {
        self.open -= 1;
      },
    };
  };
  const self: FakeAccess = {
    gateways: [],
    calls: [],
    forwards: [],
    secrets: [],
    open: 0,
    read: (kind, namespace, name) => Promise.resolve(read(kind, namespace, name)),
    configMaps: (network) =>
      Promise.resolve([
        // Another ConfigMap of the same network.
        ...records.map((record) => ({ ...record, name: `${record.network}-tls-roots`, data: {} })),
        ...records.filter((record) => network === undefined || record.network === network),
      ]),
    applicationIdentities: () => Promise.resolve(identities),
    forward: (target, { localPort }): Promise<Connection> => {
      self.forwards.push({ ...target, ...(localPort === undefined ? {} : { localPort }) });
      self.open += 1;
      const close = (): Promise<void> => {
        self.open -= 1;
        return Promise.resolve();
      };
      return Promise.resolve({ host: 'localhost', port: localPort ?? 40_001, close });
    },
    gateway,
    close: () => Promise.resolve(),
  };
  return self;
}
