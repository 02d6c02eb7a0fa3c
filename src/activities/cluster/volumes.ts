import { applyManifest, type ManifestOptions, type Dependencies } from './manifests.ts';
import type { Decision } from '../activity.ts';
import type { OrganizationInput, Volume } from '../inputs.ts';

/** Claims the volume of one node. */
export function claimVolume(
  dependencies: Dependencies,
  { organization }: Pick<OrganizationInput, 'organization'>,
  { name, storage, storageClass }: Volume,
  options: ManifestOptions,
): Promise<Decision> {
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
