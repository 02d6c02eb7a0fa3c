import { pathInWords, type Finding, type Path } from '../issues/issue.ts';
import {
  adminIdentityName,
  caName,
  certificateAuthorityObjects,
  genesisBlockConfigMap,
  identitySecrets,
  networkConfigMaps,
  nodeConfigMap,
  nodeName,
  nodeTargetName,
  organizationConfigMaps,
} from '../names.ts';
import type { Network, Organization } from '../network.ts';
import { chaincodePlaces, chaincodeServerPlaces, nodePlaces, type ChaincodePlace, type NodePlace } from './located.ts';

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
 * `c` of `a-b` in one namespace. One finding for each name that would have to change.
 */
export function objectClashes(network: Network): Finding[] {
  const taken = new Map<string, Owner>();
  const findings = ownersOf(network).flatMap((owner) => {
    const clashes = owner.objects.flatMap((object) => {
      const key = `${owner.namespace}/${object}`;
      const holder = taken.get(key);
      if (holder === undefined) taken.set(key, owner);
      // The same words are the same name twice, which is a mistake of its own.
      return holder === undefined || holder.words === owner.words ? [] : [{ object, holder }];
    });
    const first = clashes[0];
    if (first === undefined) return [];
    const message = `needs the ${first.object}, which belongs to ${first.holder.words}: choose another name`;
    return [{ path: owner.path, message }];
  });
  return findings.filter(({ path }, at) => findings.findIndex((other) => isSame(other.path, path)) === at);
}

function isSame(one: Path, other: Path): boolean {
  return pathInWords(one) === pathInWords(other);
}

/** Nodes and chaincodes come last, so that a clash is told of the name that is easiest to change. */
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
    ...nodePlaces(network).map(nodeOwner),
    ...chaincodePlaces(network).flatMap(chaincodeOwners),
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
      ],
    },
    {
      ...place,
      words: `the Admin of ${organization.name}`,
      objects: objects('Secret', Object.values(identitySecrets(adminIdentityName(organization)))),
    },
  ];
}

function nodeOwner({ organization, node, path }: NodePlace): Owner {
  const name = nodeName(organization, node);
  return {
    words: nodeTargetName(organization, node),
    path: [...path, 'name'],
    namespace: organization.namespace,
    objects: [
      ...podObjects(name),
      ...objects('ConfigMap', [nodeConfigMap(name)]),
      ...objects('Secret', Object.values(identitySecrets(name))),
    ],
  };
}

/** One for each server of a chaincode. */
function chaincodeOwners(found: ChaincodePlace): Owner[] {
  const { name, channel } = found.chaincode;
  return chaincodeServerPlaces(found).map(({ server, organization }) => ({
    words: `chaincode ${name} on ${channel}`,
    path: [...found.path, 'name'],
    namespace: organization.namespace,
    objects: [
      ...['Deployment', 'Service'].flatMap((kind) => objects(kind, [server])),
      ...objects('ConfigMap', [nodeConfigMap(server)]),
      ...objects('Secret', Object.values(identitySecrets(server))),
    ],
  }));
}

function podObjects(name: string): string[] {
  return ['Deployment', 'Service', 'PersistentVolumeClaim'].flatMap((kind) => objects(kind, [name]));
}

function objects(kind: string, names: readonly string[]): string[] {
  return names.map((name) => `${kind} "${name}"`);
}
