import type { ApplyRun } from '../../durable/run.ts';
import { allDone } from '../../durable/steps.ts';
import type { Place } from '../../inputs.ts';

/** Checks each cluster before anything is touched: it answers, allows what is needed, and has the storage asked for. */
export async function checkClusters(run: ApplyRun): Promise<void> {
  const { base, places, steps } = run;
  await allDone(
    places.map((place) =>
      steps.at(place.cluster).checkCluster(place.namespace, {
        ...base,
        namespaces: [place.namespace],
        storage: storageOf(run, place),
      }),
    ),
  );
}

/** Ensures that the namespaces exist. */
export async function applyNamespaces({ base, places, steps }: ApplyRun): Promise<void> {
  await allDone(
    places.map(({ cluster, namespace }) => steps.at(cluster).applyNamespace(namespace, { ...base, namespace })),
  );
}

/** The storage classes that the volumes in a place ask for. */
function storageOf({ network, reference }: ApplyRun, place: Place): { classes: string[]; usesDefault: boolean } {
  const organizations = network.organizations.filter((organization) => {
    const { cluster, namespace } = reference(organization);
    return cluster === place.cluster && namespace === place.namespace;
  });
  const volumes = organizations.flatMap(({ certificateAuthority, orderers, peers }) => [
    certificateAuthority,
    ...orderers,
    ...peers,
  ]);
  const classes = volumes.map(({ storageClass }) => storageClass ?? network.kubernetes.storageClass);
  return {
    classes: [...new Set(classes.filter((name) => name !== undefined))],
    usesDefault: classes.includes(undefined),
  };
}
