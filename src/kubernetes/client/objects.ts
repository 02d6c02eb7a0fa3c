/** A Kubernetes object as it stands in YAML or JSON. Never a typed model: those drop the fields they do not know. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  /** RFC 3339 time; set while the object waits for its finalizers. */
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly [field: string]: unknown;
}

export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** Names one object. A whole object is a reference to itself. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Pick<ObjectMeta, 'name' | 'namespace' | 'uid'>;
}

/** The part of a reference that also names all objects of a kind. */
export type ObjectKind = Pick<ObjectReference, 'apiVersion' | 'kind'>;

/** Cancels what waits for the cluster. Every function that talks to it takes one. */
export interface Cancellable {
  readonly signal?: AbortSignal | undefined;
}

/** Names an object for people, e.g. `Deployment org1-peer1 in namespace test-network`. */
export function describeObject({ kind, metadata: { name, namespace } }: ObjectReference): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${name} in namespace ${namespace}`;
}

/** Whether a value is a mapping, which an array is not. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value has what every Kubernetes object has: `apiVersion`, `kind` and a name. */
export function isKubernetesObject(value: unknown): value is KubernetesObject {
  return (
    isMapping(value) &&
    typeof value['apiVersion'] === 'string' &&
    typeof value['kind'] === 'string' &&
    isMapping(value['metadata']) &&
    typeof value['metadata']['name'] === 'string'
  );
}
