import { completeChaincode } from './chaincode.ts';
import { completeChannel } from './channel.ts';
import {
  API_VERSION,
  DEFAULT_CLUSTER_DOMAIN,
  DEFAULT_FABRIC,
  DEFAULT_LIFETIMES,
  DEFAULT_RESOURCES,
  DEFAULT_ROLLOUT_TIMEOUT_SECONDS,
  DEFAULT_STORAGE,
  defaultDomain,
  defaultMspId,
  defaultNodeName,
} from '../defaults.ts';
import { withoutUndefined } from '../mapping.ts';
import { byName } from '../names.ts';
import type { KubernetesSettings, Network, NetworkNode, NodeKind, NodeSettings, Organization } from '../network.ts';
import type { Description } from '../schema/description.ts';

type KubernetesDescription = NonNullable<Description['kubernetes']>;
type OrganizationDescription = Description['organizations'][number];
type SettingsDescription = NonNullable<OrganizationDescription['certificateAuthority']>;
type NodesDescription = OrganizationDescription['peers'];
type NodeDescription = Exclude<NodesDescription, number | undefined>[number];

/** Fills in every default and expands every short form. Completing a completed description changes nothing. */
export function complete(description: Description): Network {
  const kubernetes = completeKubernetes(description);
  const fabric = { ...DEFAULT_FABRIC, ...withoutUndefined(description.fabric) };
  const organizations = description.organizations.map((organization) => completeOrganization(organization, kubernetes));
  const surroundings = { organizations: byName(organizations), fabricVersion: fabric.version };
  const channels = (description.channels ?? []).map((channel) => completeChannel(channel, surroundings));
  return {
    apiVersion: API_VERSION,
    name: description.name,
    fabric,
    kubernetes,
    certificates: { ...DEFAULT_LIFETIMES, ...withoutUndefined(description.certificates) },
    ...completeWindow(description),
    organizations,
    channels,
    chaincodes: (description.chaincodes ?? []).map((chaincode) => completeChaincode(chaincode, channels)),
  };
}

function completeWindow({ maintenanceWindow: window }: Description): Pick<Network, 'maintenanceWindow'> {
  if (window === undefined) return {};
  const { days, from, to } = window;
  return { maintenanceWindow: { ...withoutUndefined({ days }), from, to } };
}

function completeKubernetes({ name, kubernetes }: Description): KubernetesSettings {
  return {
    namespace: kubernetes?.namespace ?? name,
    ...withoutUndefined({ storageClass: kubernetes?.storageClass }),
    rolloutTimeoutSeconds: kubernetes?.rolloutTimeoutSeconds ?? DEFAULT_ROLLOUT_TIMEOUT_SECONDS,
    clusterDomain: kubernetes?.clusterDomain ?? DEFAULT_CLUSTER_DOMAIN,
    ...withoutUndefined({ imagePullSecrets: kubernetes?.imagePullSecrets, podUser: kubernetes?.podUser }),
    ...completePolicies(kubernetes?.networkPolicies),
  };
}

/** `true` says no more than nothing does. */
function completePolicies(policies: KubernetesDescription['networkPolicies']): Partial<KubernetesSettings> {
  if (policies === undefined || policies === true) return {};
  if (policies === false) return { networkPolicies: false };
  const { workers, metrics, externalPorts } = policies;
  return {
    networkPolicies: withoutUndefined({
      workers: workers?.map(withoutUndefined),
      metrics: metrics?.map(withoutUndefined),
      externalPorts,
    }),
  };
}

function completeOrganization(organization: OrganizationDescription, kubernetes: KubernetesSettings): Organization {
  const { name } = organization;
  return {
    name,
    mspId: organization.mspId ?? defaultMspId(name),
    domain: organization.domain ?? defaultDomain(name),
    ...withoutUndefined({ cluster: organization.cluster }),
    namespace: organization.namespace ?? kubernetes.namespace,
    certificateAuthority: completeSettings('certificateAuthority', organization.certificateAuthority ?? {}, kubernetes),
    orderers: completeNodes('orderer', organization.orderers, kubernetes),
    peers: completeNodes('peer', organization.peers, kubernetes),
  };
}

function completeNodes(kind: NodeKind, nodes: NodesDescription, kubernetes: KubernetesSettings): NetworkNode[] {
  const list = typeof nodes === 'object' ? nodes : counted(kind, nodes ?? 0);
  return list.map(({ name, address, ...settings }) => ({
    name,
    ...withoutUndefined({ address }),
    ...completeSettings(kind, settings, kubernetes),
  }));
}

function counted(kind: NodeKind, count: number): NodeDescription[] {
  return Array.from({ length: count }, (_, at) => ({ name: defaultNodeName(kind, at + 1) }));
}

function completeSettings(
  kind: keyof typeof DEFAULT_RESOURCES,
  settings: SettingsDescription,
  kubernetes: KubernetesSettings,
): NodeSettings {
  return {
    storage: settings.storage ?? DEFAULT_STORAGE,
    ...withoutUndefined({ storageClass: settings.storageClass ?? kubernetes.storageClass }),
    ...withoutUndefined({ image: settings.image }),
    resources: settings.resources === undefined ? DEFAULT_RESOURCES[kind] : withoutUndefined(settings.resources),
    environment: settings.environment ?? {},
    ...withoutUndefined({ environmentFrom: settings.environmentFrom }),
  };
}
