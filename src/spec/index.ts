export type {
  Batch,
  BftConsensus,
  Capabilities,
  CertificateLifetimes,
  Chaincode,
  ChaincodeAddress,
  ChaincodeSettings,
  ChaincodeImage,
  Channel,
  ChannelPolicies,
  Collection,
  Consensus,
  EnvironmentFrom,
  FabricRelease,
  KubernetesSettings,
  MemberOrganization,
  Network,
  NetworkNode,
  NetworkPolicySettings,
  NodeKind,
  NodeSettings,
  OrderingOrganization,
  Organization,
  PodGroup,
  RaftConsensus,
  Resources,
} from './network.ts';
export {
  addressOf,
  caHosts,
  hostAndPort,
  nodeHosts,
  parseAddress,
  serviceHost,
  serviceHosts,
  type NodeAddress,
} from './addresses.ts';
export { API_VERSION, ASSIGNED_USER, DEFAULT_POD_USER } from './defaults.ts';
export { completeDescription, readStoredDescription } from './description.ts';
export type { OwnEnvironment } from './environment.ts';
export { refusedChanges } from './changes.ts';
export { keyExchangeLoss, quorumLoss, quorumLossInWords } from './consenter-changes.ts';
export { departureInWords, departuresOf, type DepartingNode, type Departure } from './departures.ts';
export {
  isApplied,
  isSameDescription,
  newestRecord,
  readRecord,
  recordEntries,
  type NetworkRecord,
  type RecordResult,
} from './record.ts';
export {
  foreignRecord,
  identityEntries,
  identityIssue,
  withoutIdentity,
  namespacesOfOthers,
  ownRecords,
  readIdentity,
  wantedIdentity,
  type ClusterRecords,
  type ClusterUids,
  type FoundRecord,
  type IdentityIssue,
  type NamedClusterRecords,
  type NetworkIdentity,
} from './identity.ts';
export { isMapping } from './mapping.ts';
export { networkPolicySettings, outgoingPorts, portsNamedIn, type OutgoingPorts } from './outgoing-ports.ts';
export { PORTS } from './ports.ts';
export {
  issueInWords,
  pointerOf,
  reportOf,
  type DescriptionResult,
  type IssueReason,
  type IssueReport,
} from './issues/issue.ts';
export {
  ADMIN_NODE,
  adminCaSecret,
  adminIdentityName,
  applicationSecret,
  CA_NODE,
  caName,
  certificateAuthorityObjects,
  chaincodeBuilderSecret,
  chaincodeServerName,
  chaincodeServerSuffix,
  disruptionBudgetName,
  genesisBlockConfigMap,
  identitySecrets,
  METRICS_CLIENT,
  metricsClientSecret,
  networkConfigMaps,
  nodeConfigMap,
  nodeName,
  nodeTargetName,
  onNode,
  operationsCaSecret,
  organizationConfigMaps,
  packageLabel,
  retiredEnrollmentSecret,
  type CertificateAuthorityObjects,
} from './names.ts';
export { identityNameIssue, REGISTRAR_NAME } from './application-identity.ts';
export { endpointsOf, type NetworkEndpoint } from './endpoints.ts';
export { parsePolicy, type ImplicitPolicy, type Policy, type PolicyReference } from './policy/policy.ts';
export {
  mspIdsOf,
  parseSignaturePolicy,
  PolicyError,
  type PolicyRole,
  type SignaturePolicy,
} from './policy/signature-policy.ts';
export { standingNetwork, type StandingNode, type StandingObjects } from './standing.ts';
export { LONGEST_PAUSE_TEXT, LONGEST_TARGET, MOST_RENEWAL_TARGETS } from './limits.ts';
export { REMEDIES_BY_HAND } from './remedy-words.ts';
export { remediesOf, remediesOfReasons, remedyOfReason, type Remedy } from './remedy.ts';
export { renewalDate } from './renewal.ts';
export { milliseconds } from './units.ts';
export { isInWindow, nextOpening } from './maintenance.ts';
export { networkJsonSchema } from './schema/json-schema.ts';
export type { Description } from './schema/description.ts';
