/** Fabric's own services, programs, material and configuration, typed: CAs, orderers, peers and their gateways, MSPs, channels, chaincode packages. */
export {
  connectCertificateAuthority,
  type Attribute,
  type CertificateAuthority,
  type CertificateAuthorityInfo,
  type Enrollment,
  type EnrollmentAllowance,
  type IdentityType,
  type RegisteredIdentity,
  type Registration,
} from './ca/client.ts';
export type { Registrar } from './ca/authorization.ts';
export type { CertificateAuthorityEndpoint } from './ca/transport.ts';
export { CertificateAuthorityError, passingCaCall, type CertificateAuthorityErrorKind } from './ca/error.ts';
export { certificateSigningRequest, newPrivateKey, selfSignedServerCertificate } from './msp/keys.ts';
export { clientCertificate, selfSignedAuthority, type CertifiedKey } from './msp/own-authority.ts';
export { describeCertificate, matches, type CertificateDescription } from './msp/certificates.ts';
export { caCertificateFile, nodeOuConfigYaml, nodeOuRole } from './msp/node-ous.ts';
export {
  endsWithCa,
  verifyEndpoint,
  verifyMsp,
  verifyTls,
  type Material,
  type Renewal,
  type Violation,
  type ViolationReason,
} from './msp/verify.ts';
export { FabricError, type FabricErrorKind } from './error.ts';
export {
  fabricPrograms,
  ProgramFailure,
  type FabricProgram,
  type FabricPrograms,
  type ProgramOptions,
  type ProgramOutput,
} from './tools/programs.ts';
export { inPrivateFolder } from './tools/private-folder.ts';
export type { SigningIdentity } from './msp/signing-identity.ts';
export { fabricNodes, type FabricNodes } from './nodes.ts';
export { connectPeer, type Peer } from './peer/client.ts';
export type { ApprovedDefinition, Approvals, InstalledChaincode, PeerLifecycle } from './peer/lifecycle.ts';
export { connectOrderer, type Orderer } from './orderer/client.ts';
export type { CallLimits, NodeEndpoint } from './grpc/connection.ts';
export type { BlockSpecifier } from './grpc/deliver.ts';
export {
  ccaasPackage,
  type ChaincodeConnection,
  type ChaincodePackage,
  type ChaincodeTls,
} from './chaincode/package.ts';
export type { ChaincodeDefinition, CollectionDefinition, CommittedDefinition } from './chaincode/definition.ts';
export type { ApplicationPolicy } from './chaincode/endorsement-policy.ts';
export { definitionDifferences } from './chaincode/differences.ts';
export type {
  ChannelBlueprint,
  ConsenterBlueprint,
  HostAndPort,
  MemberOrganizationBlueprint,
  OrderingOrganizationBlueprint,
} from './channel/blueprint.ts';
export { channelConfig, configUpdate } from './channel/config-update.ts';
export { genesisBlock } from './channel/genesis-block.ts';
export { configUpdateTransaction, signConfigUpdate } from './channel/signatures.ts';
export {
  readUpdateEnvelope,
  signatureProblem,
  signUpdateEnvelope,
  updateEnvelope,
  type SignedUpdate,
  type UpdateSignature,
} from './channel/signed-update.ts';
export type { ChannelConfig, ConfigGroup, ConfigPolicy, ConfigValue } from './channel/config.ts';
export { configWithCertificates, editedConfig, type ChannelEdit, type Leaving } from './channel/edit.ts';
export { configWithRevocations } from './channel/revocation.ts';
export { describeRevocationList } from './msp/revocation.ts';
export { signersNeeded, signersOfComers, type Signers } from './channel/signers.ts';
export { bftQuorum, type ConsenterCertificates } from './channel/consenters.ts';
export { configSequence, describeBlock, sameBlock, type BlockDescription } from './channel/block.ts';
export {
  connectOrdererAdmin,
  type OrdererAdmin,
  type OrdererAdminEndpoint,
  type OrdererChannel,
} from './orderer/admin.ts';
export { consensusMetrics, type ConsensusMetrics, type OperationsEndpoint } from './orderer/metrics.ts';
export { coreYaml, ordererYaml } from './config/base-files.ts';
export {
  CA_CONFIG_FILE,
  certificateAuthorityConfig,
  enrollmentCaName,
  TLS_CA_CONFIG_FILE,
  tlsCaName,
  type CertificateAuthoritySettings,
} from './ca/config.ts';
