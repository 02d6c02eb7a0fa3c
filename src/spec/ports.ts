/**
 * The ports on which Weft's nodes listen and their Services answer: Fabric's own defaults, and for orderers the port of Fabric's test
 * network on Kubernetes.
 */
export const PORTS = {
  orderer: 6050,
  /** Channel participation API. */
  ordererAdmin: 9443,
  ordererOperations: 8443,
  peer: 7051,
  /** Where chaincode that a peer starts itself calls back; chaincode as a service does not. */
  peerChaincode: 7052,
  peerOperations: 9443,
  certificateAuthority: 7054,
  certificateAuthorityOperations: 9443,
  /** A chaincode that runs as a service. */
  chaincode: 9999,
  /** The Service of every node answers here as well, so that `https://org1-ca` and `grpcs://org1-peer1` need no port. */
  service: 443,
} as const;

/** The highest port that there is, in TCP as in UDP. */
export const MOST_PORT = 2 ** 16 - 1;
