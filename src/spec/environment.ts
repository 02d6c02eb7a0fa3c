import type { NodeKind } from './network.ts';

/**
 * Environment variables that Weft gives to every pod of a kind, and that a description is warned of: unlike the log level they are not
 * for it to choose. Whoever makes the environment of a pod gives exactly these, see {@link OwnEnvironment}; but for the variable of a peer's builder, which has a Secret.
 */
export const OWN_ENVIRONMENT = {
  certificateAuthority: ['FABRIC_CA_SERVER_HOME'],
  orderer: [
    'FABRIC_CFG_PATH',
    'ORDERER_ADMIN_LISTENADDRESS',
    'ORDERER_ADMIN_TLS_CERTIFICATE',
    'ORDERER_ADMIN_TLS_CLIENTAUTHREQUIRED',
    'ORDERER_ADMIN_TLS_CLIENTROOTCAS',
    'ORDERER_ADMIN_TLS_ENABLED',
    'ORDERER_ADMIN_TLS_PRIVATEKEY',
    'ORDERER_CHANNELPARTICIPATION_ENABLED',
    'ORDERER_CONSENSUS_SNAPDIR',
    'ORDERER_CONSENSUS_WALDIR',
    'ORDERER_FILELEDGER_LOCATION',
    'ORDERER_GENERAL_BOOTSTRAPMETHOD',
    'ORDERER_GENERAL_LISTENADDRESS',
    'ORDERER_GENERAL_LISTENPORT',
    'ORDERER_GENERAL_LOCALMSPDIR',
    'ORDERER_GENERAL_LOCALMSPID',
    'ORDERER_GENERAL_TLS_CERTIFICATE',
    'ORDERER_GENERAL_TLS_ENABLED',
    'ORDERER_GENERAL_TLS_PRIVATEKEY',
    'ORDERER_GENERAL_TLS_ROOTCAS',
    'ORDERER_OPERATIONS_LISTENADDRESS',
  ],
  peer: [
    'CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG',
    'CORE_LEDGER_SNAPSHOTS_ROOTDIR',
    'CORE_OPERATIONS_LISTENADDRESS',
    'CORE_PEER_ADDRESS',
    'CORE_PEER_CHAINCODEADDRESS',
    'CORE_PEER_CHAINCODELISTENADDRESS',
    'CORE_PEER_FILESYSTEMPATH',
    'CORE_PEER_GOSSIP_BOOTSTRAP',
    'CORE_PEER_GOSSIP_EXTERNALENDPOINT',
    'CORE_PEER_ID',
    'CORE_PEER_LISTENADDRESS',
    'CORE_PEER_LOCALMSPID',
    'CORE_PEER_MSPCONFIGPATH',
    'CORE_PEER_TLS_CERT_FILE',
    'CORE_PEER_TLS_ENABLED',
    'CORE_PEER_TLS_KEY_FILE',
    'CORE_PEER_TLS_ROOTCERT_FILE',
    'FABRIC_CFG_PATH',
  ],
} as const satisfies Record<NodeKind | 'certificateAuthority', readonly string[]>;

/** A value for each variable that Weft gives to a pod of this kind. */
export type OwnEnvironment<Kind extends keyof typeof OWN_ENVIRONMENT> = Readonly<
  Record<(typeof OWN_ENVIRONMENT)[Kind][number], string>
>;

/** The same for the server of a chaincode, with TLS and without. */
export const OWN_CHAINCODE_ENVIRONMENT = [
  'CHAINCODE_CLIENT_CA_CERT',
  'CHAINCODE_ID',
  'CHAINCODE_SERVER_ADDRESS',
  'CHAINCODE_TLS_CERT',
  'CHAINCODE_TLS_DISABLED',
  'CHAINCODE_TLS_KEY',
  'CORE_CHAINCODE_ID_NAME',
  'CORE_CHAINCODE_TLS_CERT_FILE',
  'CORE_CHAINCODE_TLS_CLIENT_CACERT_FILE',
  'CORE_CHAINCODE_TLS_KEY_FILE',
] as const;
