import { KubernetesError } from '../errors/errors.ts';
import { describeObject, type KubernetesObject } from '../client/objects.ts';

/** Field manager of everything that Weft applies. */
export const FIELD_MANAGER = 'weft';

/** Every object that Weft makes carries this label with the value `weft`. */
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';

/** Every object that Weft makes carries this label with the name of its network. */
export const NETWORK_LABEL = 'weft.dev/network';

/** Label selector of everything that Weft made for a network. */
export function ownedBy(network: string): string {
  return `${MANAGED_BY_LABEL}=${FIELD_MANAGER},${NETWORK_LABEL}=${network}`;
}

/** Whether Weft made an object for a network. */
export function isOurs({ metadata: { labels = {} } }: KubernetesObject, network: string): boolean {
  return labels[MANAGED_BY_LABEL] === FIELD_MANAGER && labels[NETWORK_LABEL] === network;
}

/** @throws {KubernetesError} of kind `notOurs` for an object that Weft did not make for this network */
export function requireOurs(live: KubernetesObject, network: string): void {
  if (isOurs(live, network)) return;
  throw new KubernetesError(
    'notOurs',
    `${describeObject(live)} exists but was not made by Weft for the network ${network} (${whoseIs(live)}). Remove or rename it, or choose another name.`,
  );
}

function whoseIs({ metadata: { labels = {} } }: KubernetesObject): string {
  const manager = labels[MANAGED_BY_LABEL];
  const network = labels[NETWORK_LABEL];
  if (manager === FIELD_MANAGER && network !== undefined) return `it belongs to the network ${network}`;
  return manager === undefined ? `it has no label ${MANAGED_BY_LABEL}` : `its label ${MANAGED_BY_LABEL} is ${manager}`;
}

/** @throws {KubernetesError} of kind `objectTerminating` or `namespaceTerminating` for an object that is on its way out */
export function requireNotTerminating(live: KubernetesObject): void {
  if (live.metadata.deletionTimestamp === undefined) return;
  const kind = live.kind === 'Namespace' ? 'namespaceTerminating' : 'objectTerminating';
  throw new KubernetesError(kind, `${describeObject(live)} is being deleted; it can be made again once it is gone.`);
}
