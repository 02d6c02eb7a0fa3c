import { isMapping, type KubernetesObject } from '../client/objects.ts';

/** A field that differs between two forms of an object. */
export interface FieldChange {
  /** e.g. `spec.template.spec.containers[peer].image`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * The fields in which two forms of an object differ, apart from those that the API server keeps for itself.
 *
 * @param live the object as it stands
 * @param proposed the object as it would stand
 */
export function changedFields(live: KubernetesObject, proposed: KubernetesObject): FieldChange[] {
  return compare('', comparable(live), comparable(proposed));
}

/** The fields that a manifest sets and that stand otherwise in the cluster; what the manifest leaves open is not compared. */
export function contradictedFields(live: KubernetesObject, manifest: KubernetesObject): FieldChange[] {
  return changedFields(live, manifest).filter(({ after }) => after !== undefined);
}

/** Says in a few words what changes: the first fields, with old and new value where these are short and no secret. */
export function describeChanges(object: KubernetesObject, changes: readonly FieldChange[]): string {
  const showValues = object.kind !== 'Secret' && object.kind !== 'ConfigMap';
  const described = changes.slice(0, DESCRIBED_CHANGES).map((change) => describeChange(change, showValues));
  const rest = changes.length - described.length;
  return rest > 0 ? `${described.join(', ')} and ${String(rest)} more` : described.join(', ');
}

/** More than these make a reason that nobody reads. */
const DESCRIBED_CHANGES = 3;

/** Kept by the API server, and different after every write or even without one. */
const BOOKKEEPING = new Set(['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink']);

function comparable({ metadata, ...fields }: KubernetesObject): Readonly<Record<string, unknown>> {
  const kept = Object.entries(metadata).filter(([field]) => !BOOKKEEPING.has(field));
  return { ...fields, status: undefined, metadata: Object.fromEntries(kept) };
}

function compare(path: string, before: unknown, after: unknown): FieldChange[] {
  if (isMapping(before) && isMapping(after)) return compareMappings(path, before, after);
  if (Array.isArray(before) && Array.isArray(after)) return compareLists(path, before, after);
  return before === after ? [] : [{ path, before, after }];
}

function compareMappings(
  path: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): FieldChange[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => compare(path === '' ? key : `${path}.${key}`, before[key], after[key]));
}

function compareLists(path: string, before: readonly unknown[], after: readonly unknown[]): FieldChange[] {
  return compareMappings(path, byNameOrIndex(before), byNameOrIndex(after)).map(({ path: entry, ...change }) => ({
    ...change,
    path: entry.replace(`${path}.[`, `${path}[`),
  }));
}

/** Lists of containers, volumes, ports and variables are merged by name, so they are compared by name. */
function byNameOrIndex(list: readonly unknown[]): Record<string, unknown> {
  const names = list.map((item) => (isMapping(item) && typeof item['name'] === 'string' ? item['name'] : undefined));
  const unique = !names.includes(undefined) && new Set(names).size === names.length;
  return Object.fromEntries(list.map((item, index) => [`[${unique ? String(names[index]) : String(index)}]`, item]));
}

function describeChange({ path, before, after }: FieldChange, showValues: boolean): string {
  if (before === undefined) return `${path} is added`;
  if (after === undefined) return `${path} is removed`;
  const values = [before, after].map(shortText);
  return showValues && !values.includes(undefined) ? `${path}: ${values.join(' → ')}` : `${path} changes`;
}

/** Longer values belong into a diff, not into a reason. */
const SHORT_VALUE = 80;

function shortText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.length <= SHORT_VALUE && !value.includes('\n') ? value : undefined;
}
