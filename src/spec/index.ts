export type {
  CertificateLifetimes,
  FabricRelease,
  KubernetesSettings,
  Network,
  NetworkNode,
  NodeKind,
  NodeSettings,
  Organization,
  Resources,
} from './network.ts';
export { completeDescription } from './description.ts';
export { mistakeInWords, type Mistake, type Result } from './mistake.ts';
export {
  ADMIN_NODE,
  adminIdentityName,
  CA_NODE,
  caHosts,
  caName,
  certificateAuthorityObjects,
  identitySecrets,
  networkConfigMaps,
  nodeConfigMap,
  nodeHosts,
  nodeName,
  nodeTargetName,
  organizationConfigMaps,
  type CertificateAuthorityObjects,
} from './names.ts';
export { endpointsOf, type NetworkEndpoint } from './endpoints.ts';
export { networkJsonSchema } from './json-schema.ts';
export type { Description } from './schema.ts';
