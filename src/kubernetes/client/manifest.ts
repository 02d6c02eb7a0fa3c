import { fillTemplate, loadTemplate, TemplateError, type TemplateVariables } from '../../templates/index.ts';
import { isKubernetesObject, isMapping, type KubernetesObject } from './objects.ts';

/**
 * Fills in a manifest, see {@link fillTemplate}.
 *
 * @param source what to call the manifest in errors, e.g. `peer.yaml`
 * @throws {TemplateError} with everything that is wrong; also for a document that is no Kubernetes object
 */
export function renderManifest(text: string, variables: TemplateVariables, source: string): KubernetesObject[] {
  const documents = fillTemplate(text, variables, source);
  const objects = documents.map(({ value }) => value).filter(isKubernetesObject);
  if (objects.length === documents.length) return objects;
  const others = documents.filter(({ value }) => !isKubernetesObject(value));
  throw new TemplateError(
    others.map(
      ({ value, line }) => `${source}:${String(line)}: this document is no Kubernetes object: ${missingPart(value)}.`,
    ),
  );
}

/** Fills in a manifest of kube/. @param name e.g. `peer.yaml` */
export async function renderManifestFile(name: string, variables: TemplateVariables): Promise<KubernetesObject[]> {
  return renderManifest(await loadTemplate(name), variables, name);
}

function missingPart(value: unknown): string {
  if (!isMapping(value)) return 'it is no mapping';
  const missing = ['apiVersion', 'kind'].filter((field) => typeof value[field] !== 'string');
  return `it has no ${[...missing, ...(missing.length === 0 ? ['metadata.name'] : [])].join(' and no ')}`;
}
