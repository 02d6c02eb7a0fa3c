import { parseAddress } from './addresses.ts';
import { DEFAULT_NETWORK_POLICIES } from './defaults.ts';
import type { Chaincode, KubernetesSettings, Network, NetworkPolicySettings, Organization } from './network.ts';
import { MOST_PORT } from './ports.ts';

/*
 * At which ports the pods of an organization call what labels do not select: nodes of other clusters and of organizations outside of the
 * description, chaincode at an address, databases. NetworkPolicies know addresses by numbers alone, and a description has names, so
 * that only the ports are told.
 */

/** Ports by who calls there. Each list is in order, without repetition. */
export interface OutgoingPorts {
  /** TCP ports at which orderers and peers call other nodes. */
  readonly nodes: readonly number[];
  /** TCP ports at which peers call chaincode that somebody else runs. */
  readonly chaincodeAddresses: readonly number[];
  /** Ports of what the environments of pods name, by the kind of pod. A variable does not say whether it is TCP or UDP. */
  readonly environment: Readonly<
    Record<'certificateAuthority' | 'orderers' | 'peers' | 'chaincodes', readonly number[]>
  >;
}

/** What {@link NetworkPolicySettings} come to; undefined where the description wants no NetworkPolicies. */
export function networkPolicySettings({
  networkPolicies,
}: Pick<KubernetesSettings, 'networkPolicies'>): Required<NetworkPolicySettings> | undefined {
  return networkPolicies === false ? undefined : { ...DEFAULT_NETWORK_POLICIES, ...networkPolicies };
}

/**
 * The ports of one organization.
 *
 * @param applied the description by which the network stands: what that one names is still called until the run has changed it. Absent
 *   means that nothing stands, or that nothing is left to change
 */
export function outgoingPorts(network: Network, organization: Organization, applied?: Network): OutgoingPorts {
  const earlier = applied?.organizations.find(({ name }) => name === organization.name);
  const named = [
    namedPorts(network, organization),
    ...(applied === undefined || earlier === undefined ? [] : [namedPorts(applied, earlier)]),
  ];
  const all = (of: (ports: OutgoingPorts) => readonly number[]): number[] => inOrder(named.flatMap(of));
  return {
    nodes: inOrder([...(networkPolicySettings(network.kubernetes)?.externalPorts ?? []), ...all(({ nodes }) => nodes)]),
    chaincodeAddresses: all(({ chaincodeAddresses }) => chaincodeAddresses),
    environment: {
      certificateAuthority: all(({ environment }) => environment.certificateAuthority),
      orderers: all(({ environment }) => environment.orderers),
      peers: all(({ environment }) => environment.peers),
      chaincodes: all(({ environment }) => environment.chaincodes),
    },
  };
}

/** What a description names in addresses and environments. */
function namedPorts(network: Network, { name, certificateAuthority, orderers, peers }: Organization): OutgoingPorts {
  const chaincodes = network.chaincodes.filter((chaincode) => isMember(network, name, chaincode));
  const nodes = network.organizations.flatMap((organization) => [...organization.orderers, ...organization.peers]);
  return {
    nodes: nodes.flatMap(({ address }) => (address === undefined ? [] : [parseAddress(address).port])),
    chaincodeAddresses: chaincodes.flatMap((one) => ('address' in one ? [parseAddress(one.address).port] : [])),
    environment: {
      certificateAuthority: portsOf(certificateAuthority),
      orderers: orderers.flatMap(portsOf),
      peers: peers.flatMap(portsOf),
      chaincodes: chaincodes.flatMap((one) => ('address' in one ? [] : portsOf(one))),
    },
  };
}

function isMember({ channels }: Network, name: string, { channel }: Chaincode): boolean {
  const own = channels.find((other) => other.name === channel);
  return own?.peers.some(({ organization }) => organization === name) === true;
}

function portsOf({ environment }: { readonly environment: Readonly<Record<string, string>> }): number[] {
  return Object.values(environment).flatMap(portsNamedIn);
}

/**
 * The ports of hosts that a text names: `couchdb:5984`, `postgres://ca:secret@db.example:5432/ca`, `host=db port=5432`,
 * `https://rates.example/today`. Not those at which the pod itself listens.
 */
export function portsNamedIn(text: string): number[] {
  const beforePort = [...text.matchAll(HOST_AND_PORT)].flatMap(([, host = '', port]) =>
    OWN_HOSTS.has(host) ? [] : [Number(port)],
  );
  const ofWords = [...text.matchAll(PORT_WORD)].map(([, port]) => Number(port));
  const ofSchemes = [...text.matchAll(URL_WITHOUT_PORT)].flatMap(([, scheme = '']) => SCHEME_PORTS[scheme] ?? []);
  return [...beforePort, ...ofWords, ...ofSchemes].filter((port) => port >= 1 && port <= MOST_PORT);
}

/** What follows must not make it something else: a password (`user:1234@host`), a time of day (`12:30:00`), a tag (`image:1.0`). */
const HOST_AND_PORT = /((?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]+|\[[0-9A-Fa-f:]+\]):(\d{1,5})(?![\w@:.])/g;

/** As PostgreSQL's driver writes it, which Fabric CA uses: `host=db port=5432`. */
const PORT_WORD = /\bport=(\d{1,5})\b/g;

const URL_WITHOUT_PORT = /\b(https?|ldaps?):\/\/(?:[^\s/@]*@)?[^\s/:@]+(?=[/?#\s]|$)/g;

const SCHEME_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, ldap: 389, ldaps: 636 };

/** The pod itself, or every address of it. */
const OWN_HOSTS = new Set(['localhost', '127.0.0.1', '0.0.0.0', '[::1]', '[::]']);

function inOrder(ports: readonly number[]): number[] {
  return [...new Set(ports)].sort((a, b) => a - b);
}
