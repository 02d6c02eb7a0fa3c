import {
  DEFAULT_FABRIC,
  DEFAULT_LIFETIMES,
  DEFAULT_RESOURCES,
  DEFAULT_ROLLOUT_TIMEOUT_SECONDS,
  DEFAULT_STORAGE,
  defaultDomain,
  defaultMspId,
  defaultNodeName,
} from './defaults.ts';
import type {
  KubernetesSettings,
  Network,
  NetworkNode,
  NodeKind,
  NodeSettings,
  Organization,
  Resources,
} from './network.ts';
import type { Description } from './schema.ts';

type OrganizationDescription = Description['organizations'][number];
type SettingsDescription = NonNullable<OrganizationDescription['certificateAuthority']>;
type NodesDescription = OrganizationDescription['peers'];
type NodeDescription = Exclude<NodesDescription, number | undefined>[number];

/** Fills in every default and expands every short form. Completing a completed description changes nothing. */
export function complete(description: Description): Network {
  const kubernetes = completeKubernetes(description);
  return {
    name: description.name,
    fabric: { ...DEFAULT_FABRIC, ...withoutUndefined(description.fabric) },
    kubernetes,
    certificates: { ...DEFAULT_LIFETIMES, ...withoutUndefined(description.certificates) },
    organizations: description.organizations.map((organization) => completeOrganization(organization, kubernetes)),
    channels: [],
    chaincodes: [],
  };
}

function completeKubernetes({ name, kubernetes }: Description): KubernetesSettings {
  return {
    namespace: kubernetes?.namespace ?? name,
    ...withoutUndefined({ storageClass: kubernetes?.storageClass }),
    rolloutTimeoutSeconds: kubernetes?.rolloutTimeoutSeconds ?? DEFAULT_ROLLOUT_TIMEOUT_SECONDS,
  };
}

function completeOrganization(organization: OrganizationDescription, kubernetes: KubernetesSettings): Organization {
  const { name } = organization;
  return {
    name,
    mspId: organization.mspId ?? defaultMspId(name),
    domain: organization.domain ?? defaultDomain(name),
    namespace: organization.namespace ?? kubernetes.namespace,
    certificateAuthority: completeSettings('certificateAuthority', organization.certificateAuthority ?? {}, kubernetes),
    orderers: completeNodes('orderer', organization.orderers, kubernetes),
    peers: completeNodes('peer', organization.peers, kubernetes),
  };
}

function completeNodes(kind: NodeKind, nodes: NodesDescription, kubernetes: KubernetesSettings): NetworkNode[] {
  const list = typeof nodes === 'object' ? nodes : counted(kind, nodes ?? 0);
  return list.map((node) => ({ name: node.name, ...completeSettings(kind, node, kubernetes) }));
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
    resources: settings.resources === undefined ? DEFAULT_RESOURCES[kind] : completeResources(settings.resources),
    environment: settings.environment ?? {},
  };
}

function completeResources({ requests, limits }: NonNullable<SettingsDescription['resources']>): Resources {
  return withoutUndefined({ requests, limits });
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The fields that say something: an undefined one would hide a default, and the completed description is JSON. */
function withoutUndefined<T extends object>(fields: T | undefined): Given<T> {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== undefined)) as Given<T>;
}
