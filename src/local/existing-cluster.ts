import { PlatformError } from './failure.ts';
import type { Instance } from './instance.ts';
import { readState, rememberState, type State } from './state.ts';

/** A cluster that somebody has already, such as one of kind, k3d or minikube: a platform works on it in place of a node of its own. */
export type ExistingCluster = NonNullable<State['cluster']>;

/** @returns the cluster that an instance works on; undefined if it has a node of its own, or was never started */
export function existingCluster(instance: Instance): ExistingCluster | undefined {
  return readState(instance)?.cluster;
}

/**
 * Chooses the cluster of an instance: the one that is asked for, else that of its last start. An instance stays with its cluster, since its Temporal has the
 * runs of that one.
 *
 * @param asked absent means whichever the instance has
 * @returns undefined if it is to have a node of its own
 * @throws PlatformError if the instance works on another
 */
export function chooseCluster(instance: Instance, asked: ExistingCluster | undefined): ExistingCluster | undefined {
  const state = readState(instance);
  const known = state?.cluster;
  if (asked === undefined) return known;
  if (known === undefined && state?.block !== undefined) throw refusal(instance, asked, 'a Kubernetes of its own');
  if (known !== undefined && known.context !== asked.context) {
    throw refusal(instance, asked, `the cluster of the context ${known.context}`);
  }
  // The file may have moved.
  rememberState(instance, { cluster: asked });
  return asked;
}

function refusal({ name }: Instance, { context, name: cluster }: ExistingCluster, has: string): PlatformError {
  const other = `weft-${cluster
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')}`;
  return new PlatformError(
    `The platform ${name} works on ${has}, and not on ${context}.\n` +
      `Start another beside it: WEFT_LOCAL_INSTANCE=${other} weft local start --context ${context}; or remove this one: weft local reset`,
  );
}
