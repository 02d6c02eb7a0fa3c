/** Fabric's own services, material and configuration, typed: a client of Fabric CA, keys and certificates, MSPs, base files. */
export {
  connectCertificateAuthority,
  type Attribute,
  type CertificateAuthority,
  type CertificateAuthorityInfo,
  type Enrollment,
  type IdentityType,
  type RegisteredIdentity,
  type Registration,
} from './certificate-authority.ts';
export type { Registrar } from './authorization.ts';
export type { Endpoint as CertificateAuthorityEndpoint } from './certificate-authority-transport.ts';
export { CertificateAuthorityError, type CertificateAuthorityErrorKind } from './certificate-authority-error.ts';
export { certificateSigningRequest, newPrivateKey, publicKeyOf, selfSignedServerCertificate } from './keys.ts';
export { describeCertificate, matches, type CertificateDescription } from './certificates.ts';
export { caCertificateFile, nodeOuConfigYaml, nodeOuRole } from './msp.ts';
export {
  verifyEndpoint,
  verifyMsp,
  verifyTls,
  type Material,
  type Violation,
  type ViolationReason,
} from './material.ts';
export { FabricError, type FabricErrorKind } from './fabric-error.ts';
export {
  fabricPrograms,
  inPrivateFolder,
  ProgramFailure,
  type FabricProgram,
  type FabricPrograms,
  type ProgramOptions,
  type ProgramOutput,
} from './programs.ts';
export type { AdminIdentity } from './admin-msp.ts';
export {
  withPeerCommands,
  type Approvals,
  type ApprovedDefinition,
  type BlockSpecifier,
  type InstalledChaincode,
  type NodeEndpoint,
  type PeerChannelCommands,
  type PeerCommands,
  type PeerLifecycleCommands,
  type PeerSession,
} from './peer.ts';
export { ccaasPackage, type ChaincodeConnection, type ChaincodePackage } from './chaincode-package.ts';
export type { ChaincodeDefinition, CollectionConfig } from './chaincode-definition.ts';
export type { ApplicationPolicy, CommittedCollection, CommittedDefinition } from './committed-definition.ts';
export { definitionDifferences } from './definition-differences.ts';
export type { PolicyRole, SignaturePolicy, SignaturePolicyParser } from './signature-policy.ts';
export { coreYaml, ordererYaml } from './config/base-files.ts';
export {
  CA_CONFIG_FILE,
  certificateAuthorityConfig,
  enrollmentCaName,
  TLS_CA_CONFIG_FILE,
  tlsCaName,
  type CertificateAuthoritySettings,
} from './config/certificate-authority-config.ts';
