import { pathInWords, type Issue, type Path } from '../issues/issue.ts';
import {
  adminCaSecret,
  adminIdentityName,
  caName,
  certificateAuthorityObjects,
  chaincodeBuilderSecret,
  genesisBlockConfigMap,
  identitySecrets,
  metricsClientSecret,
  networkConfigMaps,
  nodeConfigMap,
  nodeName,
  nodeTargetName,
  operationsCaSecret,
  organizationConfigMaps,
} from '../names.ts';
import type { Network, Organization } from '../network.ts';
import { locatedServers, locatedChaincodes, locatedNodes, type LocatedChaincode, type LocatedNode } from './located.ts';

/** A value that may stand only once, and where it stands. */
export interface LocatedValue {
  readonly value: string;
  readonly path: Path;
}

/**
 * One issue for each value that stood somewhere before.
 *
 * @param message - is given the value and, in words, what has it already: `organizations[0]` for `organizations[0].name`
 */
export function duplicates(
  values: readonly LocatedValue[],
  message: (value: string, first: string) => string,
): Issue[] {
  const firsts = new Map<string, Path>();
  return values.flatMap(({ value, path }) => {
    const first = firsts.get(value);
    if (first === undefined) firsts.set(value, path);
    return first === undefined
      ? []
      : [{ path, message: message(value, pathInWords(first.slice(0, -1))), reason: 'NAME_TAKEN' }];
  });
}

/** Something that is kept in objects of the cluster under names derived from its own. */
interface Owner {
  /** As in `the CA of org1`. */
  readonly words: string;
  /** The name in the description that would have to change. */
  readonly path: Path;
  readonly namespace: string;
  /** Kind and name, e.g. `Secret "org1-peer1-msp"`. */
  readonly objects: readonly string[];
}

/**
 * Names that are different in the description, but would need the same object of the cluster: a peer named `ca`, or `b-c` of `a` beside
 * `c` of `a-b` in one namespace. One issue for each name that would have to change.
 */
export function nameConflicts(network: Network): Issue[] {
  const taken = new Map<string, Owner>();
  const told = new Set<string>();
  return ownersOf(network).flatMap((owner) => {
    const conflicts = owner.objects.flatMap((object) => {
      const key = `${owner.namespace}/${object}`;
      const holder = taken.get(key);
      if (holder === undefined) taken.set(key, owner);
      // The same words are the same name twice, which is an issue of its own.
      return holder === undefined || holder.words === owner.words ? [] : [{ object, holder }];
    });
    const [first] = conflicts;
    const place = pathInWords(owner.path);
    if (first === undefined || told.has(place)) return [];
    told.add(place);
    const message = `needs the ${first.object}, which belongs to ${first.holder.words}: choose another name`;
    return [{ path: owner.path, message, reason: 'NAME_TAKEN' }];
  });
}

/** Nodes and chaincodes come last, so that a conflict is told of the name that is easiest to change. */
function ownersOf(network: Network): Owner[] {
  const namespaces = [...new Set(network.organizations.map(({ namespace }) => namespace))];
  const { tlsRoots, description } = networkConfigMaps(network);
  return [
    ...namespaces.map((namespace) => ({
      words: `network ${network.name}`,
      path: ['name'],
      namespace,
      objects: objects('ConfigMap', [tlsRoots, description]),
    })),
    ...network.organizations.flatMap(ownersOfOrganization),
    ...network.channels.flatMap((channel, at) =>
      namespaces.map((namespace) => ({
        words: `channel ${channel.name}`,
        path: ['channels', at, 'name'],
        namespace,
        objects: objects('ConfigMap', [genesisBlockConfigMap(channel)]),
      })),
    ),
    ...locatedNodes(network).map(nodeOwner),
    ...locatedChaincodes(network).flatMap(chaincodeOwners),
  ];
}

function ownersOfOrganization(organization: Organization, at: number): Owner[] {
  const place = { path: ['organizations', at, 'name'], namespace: organization.namespace };
  const { config, mspConfig } = organizationConfigMaps(organization);
  const ca = certificateAuthorityObjects(organization);
  return [
    { ...place, words: `organization ${organization.name}`, objects: objects('ConfigMap', [config, mspConfig]) },
    {
      ...place,
      words: `the CA of ${organization.name}`,
      objects: [
        ...podObjects(caName(organization)),
        ...objects('ConfigMap', [ca.environment, ca.certificates]),
        ...objects('Secret', [ca.config, ca.tls, ca.registrar]),
        ...objects('Secret', [operationsCaSecret(organization), metricsClientSecret(organization)]),
      ],
    },
    {
      ...place,
      words: `the Admin of ${organization.name}`,
      objects: objects('Secret', [
        ...Object.values(identitySecrets(adminIdentityName(organization))),
        adminCaSecret(organization),
      ]),
    },
  ];
}

function nodeOwner({ organization, node, kind, path }: LocatedNode): Owner {
  const name = nodeName(organization, node);
  return {
    words: nodeTargetName(organization, node),
    path: [...path, 'name'],
    namespace: organization.namespace,
    objects: [
      ...podObjects(name),
      ...objects('ConfigMap', [nodeConfigMap(name)]),
      ...objects('Secret', [
        ...Object.values(identitySecrets(name)),
        ...(kind === 'peer' ? [chaincodeBuilderSecret(name)] : []),
      ]),
    ],
  };
}

/** One for each server of a chaincode. */
function chaincodeOwners(located: LocatedChaincode): Owner[] {
  const { chaincode, path } = located;
  return locatedServers(located).map((server) => ({
    words: `chaincode ${chaincode.name} on ${chaincode.channel}`,
    path: [...path, 'name'],
    namespace: server.organization.namespace,
    objects: [
      ...['Deployment', 'Service'].flatMap((kind) => objects(kind, [server.name])),
      ...objects('ConfigMap', [nodeConfigMap(server.name)]),
      ...objects('Secret', Object.values(identitySecrets(server.name))),
    ],
  }));
}

function podObjects(name: string): string[] {
  return ['Deployment', 'Service', 'PersistentVolumeClaim'].flatMap((kind) => objects(kind, [name]));
}

function objects(kind: string, names: readonly string[]): string[] {
  return names.map((name) => `${kind} "${name}"`);
}
