import { createPrivateKey, X509Certificate } from 'node:crypto';

import { createActivities, type Activities } from '../../../../src/activities/index.ts';
import type { FabricPrograms } from '../../../../src/fabric/index.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { fakeFabric, type FakeFabric } from '../fake-fabric.ts';
import { fakePrograms } from '../fake-programs.ts';
import { fakeAuthorities, storedOfCas, type FakeAuthorities } from '../identities/fake-authorities.ts';
import { mockActivity } from '../mock-activity.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { enrolled, GENESIS, ORG0, ORG1 } from '../steps.ts';
import { storedSecret } from '../stored.ts';
import { failingCalls, type FailingCalls } from './failing-calls.ts';

/** All that activities work on, in memory. */
export interface World {
  readonly store: ObjectStore;
  readonly fabric: FakeFabric;
  readonly authorities: FakeAuthorities;
  /** What configtxgen and configtxlator do. */
  programs: FabricPrograms;
  /** What controllers do to an object of a kind; called with each that is there, before each request. */
  readonly controllers: ((object: KubernetesObject) => void)[];
  /** Activities whose calls are not counted: what was before. */
  readonly before: () => Activities;
  /** Activities whose calls are counted, and may fail. */
  readonly activities: () => { readonly activities: Activities; readonly calls: FailingCalls };
}

let made: FakeAuthorities | undefined;

/** The same CAs each time, which know nobody but their registrar: keys take time to make. */
async function newAuthorities(): Promise<FakeAuthorities> {
  const authorities = (made ??= await fakeAuthorities());
  for (const ca of [authorities.enrollmentCa, authorities.tlsCa]) {
    ca.before = () => Promise.resolve();
    ca.after = () => undefined;
    ca.calls.splice(0);
    for (const map of [ca.identities, ca.issued]) {
      for (const id of map.keys()) if (id !== 'rcaadmin') map.delete(id);
    }
    for (const set of [ca.revoked, ca.revokedCertificates, ca.affiliations]) set.clear();
    ca.identities.set('rcaadmin', { type: 'client', secret: 'password' });
    ca.issued.set('rcaadmin', (ca.issued.get('rcaadmin') ?? []).slice(0, 1));
  }
  return authorities;
}

/** A world of org0 and org1, whose Admins are enrolled and whose registrar is. */
export async function newWorld(): Promise<World> {
  const authorities = await newAuthorities();
  const fabric = fakeFabric();
  const ofCas = storedOfCas(authorities);
  const namesOfCas = new Set(ofCas.map(({ metadata }) => metadata.name));
  const store = objectStore([
    ...enrolled(ORG0),
    ...enrolled(ORG1).filter(({ metadata }) => !namesOfCas.has(metadata.name)),
    ...ofCas,
    storedSecret('org1-ca-config', { 'registrar-password': 'password' }),
  ]);
  const world: World = {
    store,
    fabric,
    authorities,
    programs: fakePrograms({ genesis: GENESIS }),
    controllers: [],
    before: () => createActivities(fabric.dependencies(store, world.programs), authorities),
    activities: () => {
      const calls = failingCalls(world);
      const dependencies = calls.dependencies(fabric.dependencies(store, world.programs));
      return { activities: createActivities(dependencies, authorities), calls };
    },
  };
  store.onRequest = () => {
    for (const object of store.all()) for (const control of world.controllers) control(object);
  };
  return world;
}

/** As in src/workflows/durable/policies.ts. */
export const HEARTBEAT_TIMEOUT_MS = 12_000;

/** Runs an activity once. */
export function attempt<Input, Result>(
  activity: (input: Input) => Promise<Result>,
  input: Input,
  number = 1,
): Promise<Result> {
  return mockActivity({ attempt: number, heartbeatTimeoutMs: HEARTBEAT_TIMEOUT_MS }).run(activity, input);
}

/** What is left in a world, so far as two runs of the same must agree: keys and certificates are new each time. */
export function leftIn({ store, fabric, authorities }: World): unknown {
  return {
    objects: store.all().map(comparable).sort(),
    changes: fabric.changes.toSorted(),
    open: fabric.open,
    approvals: fabric.approvals.map(({ mspId, definition }) => `${mspId} ${definition.sequence}`),
    unfit: [...unfitIn(store, authorities)],
    definitions: [...fabric.definitions].map(([name, { sequence }]) => `${name} ${sequence}`),
    identities: [authorities.enrollmentCa, authorities.tlsCa].map(({ identities, issued, revoked, ...ca }) => ({
      revoked: [...revoked],
      revokedCertificates: ca.revokedCertificates.size,
      known: [...identities.keys()].toSorted(),
      // The registrar cannot ask what it was issued before it has a certificate.
      issued: [...issued].filter(([id]) => id !== 'rcaadmin').map(([id, all]) => `${id} ${all.length}`),
    })),
  };
}

/** Secrets whose certificate is not that of their key, or whose enrollment secret is not the one that the CAs know. */
function* unfitIn(store: ObjectStore, { enrollmentCa, tlsCa }: FakeAuthorities): Generator<string> {
  for (const { kind, metadata } of store.all()) {
    if (kind !== 'Secret') continue;
    const { id, secret, ...data } = store.dataOf('Secret', metadata.name) ?? {};
    const { 'key.pem': key, 'cert.pem': certificate } = data;
    const isPair = key?.startsWith('-----BEGIN') === true && certificate?.startsWith('-----BEGIN') === true;
    if (isPair && !new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) yield metadata.name;
    if (id === undefined) continue;
    if ([enrollmentCa, tlsCa].some(({ identities }) => identities.get(id)?.secret !== secret)) yield metadata.name;
  }
}

/** Lines in which two of the same differ, for people. */
export function differences(one: unknown, other: unknown): string {
  const [before, after] = [one, other].map((value) => JSON.stringify(value, null, 1).split('\n'));
  const missing = (before ?? []).filter((line) => after?.includes(line) !== true);
  const added = (after ?? []).filter((line) => before?.includes(line) !== true);
  return [...missing.map((line) => `- ${line.trim()}`), ...added.map((line) => `+ ${line.trim()}`)]
    .slice(0, 6)
    .join(' ');
}

/** An object as a text. */
function comparable({ apiVersion, kind, metadata, ...fields }: KubernetesObject): string {
  const { name, namespace, labels } = metadata;
  const data = (fields['data'] ?? {}) as Readonly<Record<string, string>>;
  const shown = kind === 'Secret' ? Object.keys(data).sort() : data;
  return JSON.stringify({ apiVersion, kind, name, namespace, labels, ...fields, data: shown })
    .replaceAll(/-----BEGIN [^"]*-----END [A-Z ]*-----(\\n)?/g, 'PEM')
    .replaceAll(
      /"weft\.dev\/(configuration|certificates|admin-ca|operations-ca)":"[0-9a-f]+"/g,
      '"weft.dev/$1":"hash"',
    );
}
