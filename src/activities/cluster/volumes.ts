import { observe } from '../../kubernetes/index.ts';
import { stateLost } from '../failures.ts';
import { applyManifest, type ManifestOptions, type Dependencies } from './manifests.ts';
import type { Decision } from '../activity.ts';
import type { OrganizationInput, Volume } from '../inputs.ts';

/**
 * Claims the volume of one node.
 *
 * @throws ApplicationFailure `StateLost` if it is in use and is gone
 */
export async function claimVolume(
  dependencies: Dependencies,
  { organization }: Pick<OrganizationInput, 'organization'>,
  { name, storage, storageClass, isInUse }: Volume,
  options: ManifestOptions,
): Promise<Decision> {
  const { namespace } = organization;
  const reference = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace, name } };
  if (isInUse && (await observe(dependencies.cluster, reference, options)) === undefined) {
    throw stateLost(
      `PersistentVolumeClaim ${name} in namespace ${namespace}`,
      name,
      'Its volume held what nothing else has.',
    );
  }
  return applyManifest(
    dependencies,
    'volume.yaml',
    {
      NETWORK: options.network.name,
      NAMESPACE: organization.namespace,
      ORGANIZATION: organization.name,
      NODE: name,
      STORAGE: storage,
      STORAGE_CLASS: storageClass ?? options.network.kubernetes.storageClass ?? null,
    },
    options,
  );
}
