export { OperationFailure, queueNames, type ObjectName, type OperationProblem } from './failure.ts';
export { carryOut, reporting, type Operation } from './progress.ts';
export type {
  ForwardOptions,
  NetworkAccess,
  NetworkConfigMap,
  OpenNetworkAccess,
  TextKind,
  Texts,
} from './access/network-access.ts';
export { readAdmin, type SecretReference } from './access/organization.ts';
export { recordedNetwork, recordedNetworks, type NetworkSelection } from './access/recorded-network.ts';
export { invokeChaincode, queryChaincode, type CallInput, type CallStage, type InvokeInput } from './chaincode/call.ts';
export type { CallChoice } from './chaincode/choice.ts';
export {
  ADMIN_USER,
  connectionOf,
  throughEndpoint,
  type ConnectionInput,
  type ConnectionProfile,
  type OrganizationConnection,
  type ProfileIdentity,
  type ProfilePeer,
} from './connection.ts';
