import { isMapping, type KubernetesObject } from '../client/objects.ts';
import { FIELD_MANAGER } from './ownership.ts';

/**
 * Whether server-side apply of a manifest would certainly change nothing: the object has every value of the manifest, and
 * Weft owns no field of it that the manifest no longer has. Where this cannot be told, e.g. since the API server writes a
 * quantity in another form or somebody else has added to a list, the answer is no, and the API server is to be asked.
 *
 * The fields that a manager owns: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function isApplied(live: KubernetesObject, manifest: KubernetesObject): boolean {
  const owned = ownedFields(live);
  return owned !== undefined && isContained(manifest, live) && hasAll(manifest, owned);
}

/** Whether Weft has ever applied an object, rather than somebody else made it with Weft's labels. */
export function wasApplied({ metadata }: KubernetesObject): boolean {
  return managersOf(metadata).some(({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply');
}

function managersOf(metadata: KubernetesObject['metadata']): Readonly<Record<string, unknown>>[] {
  return Array.isArray(metadata['managedFields']) ? metadata['managedFields'].filter(isMapping) : [];
}

/** Fields as managedFields tells them: keys like `f:spec`, each with those below it. */
type FieldSet = Readonly<Record<string, unknown>>;

/** What Weft has applied; undefined where it has not, or in another version of the API. */
function ownedFields({ apiVersion, metadata }: KubernetesObject): FieldSet | undefined {
  const own = managersOf(metadata).filter(
    ({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply',
  );
  const [entry, ...others] = own;
  if (entry === undefined || others.length > 0) return undefined;
  const { fieldsV1: fields } = entry;
  return entry['apiVersion'] === apiVersion && entry['fieldsType'] === 'FieldsV1' && isMapping(fields)
    ? fields
    : undefined;
}

/** Whether every value of a manifest is in an object. Lists must have the same entries in the same order. */
function isContained(part: unknown, whole: unknown): boolean {
  if (isMapping(part)) {
    return isMapping(whole) && Object.entries(part).every(([key, value]) => isContained(value, whole[key]));
  }
  if (Array.isArray(part)) {
    return (
      Array.isArray(whole) &&
      whole.length === part.length &&
      part.every((value, index) => isContained(value, whole[index]))
    );
  }
  return part === whole;
}

/** Whether a manifest has every field of a set. */
function hasAll(manifest: unknown, fields: FieldSet): boolean {
  return Object.entries(fields).every(([key, below]) => {
    // The mapping or the list entry itself.
    if (key === '.') return true;
    const value = valueAt(manifest, key);
    return value !== undefined && isMapping(below) && hasAll(value, below);
  });
}

/** What a manifest has at a key of a field set: `f:` a field, `k:` an entry of a list by its keys, `v:` a value of a set. */
function valueAt(manifest: unknown, key: string): unknown {
  const [kind, name] = [key.slice(0, 2), key.slice(2)];
  if (kind === 'f:') return isMapping(manifest) ? manifest[name] : undefined;
  if (!Array.isArray(manifest)) return undefined;
  if (kind === 'v:') return manifest.find((value) => value === parsed(name));
  if (kind !== 'k:') return undefined;
  const keys = parsed(name);
  return isMapping(keys) ? manifest.find((entry) => isMapping(entry) && hasKeys(entry, keys)) : undefined;
}

/** The protocol is a key of a port, and TCP where the manifest leaves it open. */
function hasKeys(entry: FieldSet, keys: FieldSet): boolean {
  return Object.entries(keys).every(
    ([name, value]) => (entry[name] ?? (name === 'protocol' ? 'TCP' : undefined)) === value,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
