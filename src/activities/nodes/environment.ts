import { addressOf, hostAndPort, nodeName, PORTS, type OwnEnvironment } from '../../spec/index.ts';
import type { NodeInput, OrganizationInput } from '../inputs.ts';
import type { BUILDER_VARIABLE } from './builder-configuration.ts';

/*
 * The environment of each kind of node: what differs from the organization's core.yaml and orderer.yaml. The names are
 * Fabric's: a key of the file in capitals, behind CORE_, ORDERER_ or FABRIC_CA_.
 */

const HOME = '/var/hyperledger/fabric';
const DATA = `${HOME}/data`;

/** Where everything that a node reads is mounted; the manifests in kube/ say the same. */
const TLS = { certificate: `${HOME}/tls/cert.pem`, key: `${HOME}/tls/key.pem`, root: `${HOME}/tls/ca.pem` };
const OPERATIONS_CA = `${HOME}/operations-ca/cert.pem`;

/** What Weft gives as well, and everyone may change. */
interface LogLevel {
  readonly FABRIC_LOGGING_SPEC: string;
}

export function environmentOf(target: NodeInput): Record<string, string> {
  const own = target.kind === 'orderer' ? ordererEnvironment(target) : peerEnvironment(target);
  return { ...own, ...target.node.environment };
}

function ordererEnvironment({ organization }: NodeInput): OwnEnvironment<'orderer'> & LogLevel {
  return {
    FABRIC_CFG_PATH: `${HOME}/config`,
    ORDERER_GENERAL_LISTENADDRESS: '0.0.0.0',
    ORDERER_GENERAL_LISTENPORT: String(PORTS.orderer),
    ORDERER_GENERAL_LOCALMSPID: organization.mspId,
    ORDERER_GENERAL_LOCALMSPDIR: `${HOME}/msp`,
    // No system channel: channels are joined through the participation API.
    ORDERER_GENERAL_BOOTSTRAPMETHOD: 'none',
    ORDERER_CHANNELPARTICIPATION_ENABLED: 'true',
    ORDERER_GENERAL_TLS_ENABLED: 'true',
    ORDERER_GENERAL_TLS_CERTIFICATE: TLS.certificate,
    ORDERER_GENERAL_TLS_PRIVATEKEY: TLS.key,
    ORDERER_GENERAL_TLS_ROOTCAS: `[${TLS.root}]`,
    ORDERER_ADMIN_LISTENADDRESS: `0.0.0.0:${PORTS.ordererAdmin}`,
    ORDERER_ADMIN_TLS_ENABLED: 'true',
    ORDERER_ADMIN_TLS_CERTIFICATE: TLS.certificate,
    ORDERER_ADMIN_TLS_PRIVATEKEY: TLS.key,
    ORDERER_ADMIN_TLS_CLIENTAUTHREQUIRED: 'true',
    // A CA for administrators alone: nodes, chaincode servers and applications have TLS certificates of the organization's CA, too.
    ORDERER_ADMIN_TLS_CLIENTROOTCAS: `[${HOME}/admin-ca/cert.pem]`,
    ORDERER_OPERATIONS_LISTENADDRESS: `0.0.0.0:${PORTS.ordererOperations}`,
    ORDERER_OPERATIONS_TLS_ENABLED: 'true',
    ORDERER_OPERATIONS_TLS_CERTIFICATE: TLS.certificate,
    ORDERER_OPERATIONS_TLS_PRIVATEKEY: TLS.key,
    // The kubelet's probes have no certificate: /healthz and /version are open, metrics and log levels want one all the same.
    ORDERER_OPERATIONS_TLS_CLIENTAUTHREQUIRED: 'false',
    ORDERER_OPERATIONS_TLS_CLIENTROOTCAS: `[${OPERATIONS_CA}]`,
    ORDERER_FILELEDGER_LOCATION: `${DATA}/ledger`,
    ORDERER_CONSENSUS_WALDIR: `${DATA}/etcdraft/wal`,
    ORDERER_CONSENSUS_SNAPDIR: `${DATA}/etcdraft/snapshot`,
    FABRIC_LOGGING_SPEC: 'INFO',
  };
}

function peerEnvironment({
  network,
  organization,
  node,
  gossipBootstrap,
}: NodeInput): Omit<OwnEnvironment<'peer'>, typeof BUILDER_VARIABLE> & LogLevel {
  const name = nodeName(organization, node);
  return {
    FABRIC_CFG_PATH: `${HOME}/config`,
    CORE_PEER_ID: `${node.name}.${organization.domain}`,
    CORE_PEER_ADDRESS: `${name}:${PORTS.peer}`,
    CORE_PEER_LISTENADDRESS: `0.0.0.0:${PORTS.peer}`,
    CORE_PEER_CHAINCODEADDRESS: `${name}:${PORTS.peerChaincode}`,
    CORE_PEER_CHAINCODELISTENADDRESS: `0.0.0.0:${PORTS.peerChaincode}`,
    // The first peer bootstraps from itself, as a peer alone in its organization does in Fabric's samples.
    CORE_PEER_GOSSIP_BOOTSTRAP: `${gossipBootstrap ?? name}:${PORTS.peer}`,
    CORE_PEER_GOSSIP_EXTERNALENDPOINT: hostAndPort(addressOf(network, organization, node, 'peer')),
    CORE_PEER_LOCALMSPID: organization.mspId,
    CORE_PEER_MSPCONFIGPATH: `${HOME}/msp`,
    CORE_PEER_TLS_ENABLED: 'true',
    CORE_PEER_TLS_CERT_FILE: TLS.certificate,
    CORE_PEER_TLS_KEY_FILE: TLS.key,
    CORE_PEER_TLS_ROOTCERT_FILE: TLS.root,
    CORE_PEER_FILESYSTEMPATH: DATA,
    CORE_LEDGER_SNAPSHOTS_ROOTDIR: `${DATA}/snapshots`,
    CORE_OPERATIONS_LISTENADDRESS: `0.0.0.0:${PORTS.peerOperations}`,
    CORE_OPERATIONS_TLS_ENABLED: 'true',
    CORE_OPERATIONS_TLS_CERT_FILE: TLS.certificate,
    CORE_OPERATIONS_TLS_KEY_FILE: TLS.key,
    // As of orderers.
    CORE_OPERATIONS_TLS_CLIENTAUTHREQUIRED: 'false',
    CORE_OPERATIONS_TLS_CLIENTROOTCAS_FILES: OPERATIONS_CA,
    FABRIC_LOGGING_SPEC: 'INFO',
  };
}

export function certificateAuthorityEnvironment({ organization }: OrganizationInput): Record<string, string> {
  const own: OwnEnvironment<'certificateAuthority'> = { FABRIC_CA_SERVER_HOME: '/var/hyperledger/fabric-ca-server' };
  return { ...own, ...organization.certificateAuthority.environment };
}
