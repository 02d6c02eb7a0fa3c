import { setTimeout as delay } from 'node:timers/promises';

import { repeatedWrite } from '../../calls/index.ts';
import type { Decision } from './apply.ts';
import type { Cluster } from '../client/cluster.ts';
import { isNotFound, passingRequest } from '../errors/errors.ts';
import { describeObject, type Cancellable, type KubernetesObject, type ObjectReference } from '../client/objects.ts';
import { observe } from '../client/observe.ts';
import { requireOurs } from './ownership.ts';
import { objectPath } from '../client/paths.ts';

export interface ObjectRemoveOptions extends Cancellable {
  /** The network that the object was made for; the object of anybody else is refused. */
  readonly network: string;
  /** Decide, but change nothing. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Has an object deleted. What makes pods stays until its pods are gone. Use {@link awaitGone} to see the end of it.
 *
 * @param reference with a `uid`, only that object is deleted, not a later one of the same name
 * @returns `removed`, or `unchanged` if it is gone already
 * @throws {KubernetesError} `notOurs` if Weft did not make the object for this network, and all others
 */
export async function remove(
  cluster: Cluster,
  reference: ObjectReference,
  options: ObjectRemoveOptions,
): Promise<Decision> {
  const live = await observe(cluster, reference, options);
  if (live === undefined || isAnother(live, reference)) return { outcome: 'unchanged', reason: '' };
  requireOurs(live, options.network);
  const removed: Decision = { outcome: 'removed', reason: `${live.kind} ${live.metadata.name} is removed` };
  if (options.dryRun === true || live.metadata.deletionTimestamp !== undefined) return removed;
  await repeatedWrite(
    async () => {
      await requestRemoval(cluster, live, options);
      return 'requested';
    },
    async () => {
      const now = await observe(cluster, live, options);
      const isUnderWay = now === undefined || isAnother(now, live) || now.metadata.deletionTimestamp !== undefined;
      return isUnderWay ? 'requested' : undefined;
    },
    { passing: passingRequest, signal: options.signal },
  );
  return removed;
}

async function requestRemoval(cluster: Cluster, live: KubernetesObject, { signal }: Cancellable): Promise<void> {
  try {
    await cluster.request({
      method: 'DELETE',
      path: objectPath(live),
      body: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: OWNERS_OF_PODS.has(live.kind) ? 'Foreground' : 'Background',
        // What was looked at is what is deleted.
        preconditions: { uid: live.metadata.uid },
      },
      purpose: `remove ${describeObject(live)}`,
      signal,
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

const OWNERS_OF_PODS = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'Job']);

/**
 * Waits until an object is gone, or another of the same name stands in its place.
 *
 * @param reference with a `uid` to tell the two apart
 * @param signal ends the wait; there is no other limit
 */
export async function awaitGone(cluster: Cluster, reference: ObjectReference, signal: AbortSignal): Promise<void> {
  for (;;) {
    const live = await observe(cluster, reference, { signal });
    if (live === undefined || isAnother(live, reference)) return;
    await delay(POLL_MILLISECONDS, undefined, { signal });
  }
}

/** A pod of ours ends within a second. */
const POLL_MILLISECONDS = 250;

function isAnother(live: ObjectReference, { metadata: { uid } }: ObjectReference): boolean {
  return uid !== undefined && live.metadata.uid !== uid;
}
