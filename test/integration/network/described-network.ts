import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'vitest';
import { stringify } from 'yaml';

import { awaitGone, observe, type Cluster } from '../../../src/kubernetes/index.ts';
import { completeDescription, type Description, type EnvironmentFrom, type Network } from '../../../src/spec/index.ts';
import type { ChannelSignatures, StepRecord } from '../../../src/workflows/messages.ts';
import { weft, type Ended } from '../../support/weft.ts';

/** A network of a test, described in a file of its own. */
export interface DescribedNetwork {
  readonly name: string;
  readonly file: string;
  /** The completed description that the file holds now. */
  readonly network: () => Network;
  /** Writes another description of the same network. */
  readonly describe: (description: NetworkDescription) => Promise<void>;
  /** `weft <command> -f <file> …`, to its end. */
  readonly weft: (command: 'up' | 'plan' | 'status' | 'down', ...flags: readonly string[]) => Promise<Ended>;
  /** Takes it down, whatever state it is in, and removes its file. */
  readonly remove: (cluster: Cluster) => Promise<void>;
}

/** A network as a user writes it, without its name: organizations alone, or with what they share. */
export type NetworkDescription =
  | readonly OrganizationDescription[]
  | (Pick<Description, 'channels' | 'chaincodes' | 'kubernetes' | 'certificates'> & {
      readonly organizations: readonly OrganizationDescription[];
    });

/** An organization as a user writes it. */
export interface OrganizationDescription {
  readonly name: string;
  readonly mspId?: string;
  readonly namespace?: string;
  readonly domain?: string;
  readonly orderers?: number | readonly NodeDescription[];
  readonly peers?: number | readonly NodeDescription[];
}

export interface NodeDescription {
  readonly name: string;
  readonly address?: string;
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly environmentFrom?: EnvironmentFrom;
}

/** As few pods as a network can have: a CA, an orderer and a peer. */
export const SMALLEST: readonly OrganizationDescription[] = [{ name: 'org1', orderers: 1, peers: 1 }];

/** Describes a network in a file. Nothing is started. */
export async function describedNetwork(name: string, first: NetworkDescription): Promise<DescribedNetwork> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-it-'));
  const file = join(folder, 'network.yaml');
  let network: Network;

  const describe = async (described: NetworkDescription): Promise<void> => {
    const description = 'organizations' in described ? { ...described, name } : { name, organizations: described };
    const completed = completeDescription(description);
    if (!completed.ok) throw new Error(`The test's own description has issues: ${JSON.stringify(completed.issues)}`);
    network = completed.network;
    await writeFile(file, stringify(description));
  };
  await describe(first);

  return {
    name,
    file,
    network: () => network,
    describe,
    weft: (command, ...flags) => weft(command, '-f', file, ...flags),
    remove: async (cluster) => {
      const { exitCode } = await weft('down', name, '--yes');
      if (exitCode === RUN_UNDER_WAY) {
        // A test that ran out of time left its run behind, and the next worker would carry it on.
        await weft('cancel', name);
        await weft('down', name, '--yes');
      }
      await removeNamespaces(cluster, name);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Exit code of a command that another run of the same network keeps from starting. */
const RUN_UNDER_WAY = 7;

/** A command that has to do its work. */
export async function expectDone(command: Promise<Ended>): Promise<Ended> {
  const ended = await command;
  expect(ended.exitCode, ended.stderr).toBe(0);
  return ended;
}

/** What `-o json` prints for a run. */
export interface RunDocument {
  readonly network: string;
  readonly outcome: string;
  readonly steps: readonly StepRecord[];
  readonly counts: Readonly<Record<'unchanged' | 'created' | 'updated' | 'removed', number>>;
  /** Of a plan alone. */
  readonly signatures?: readonly ChannelSignatures[];
}

/** The one document on stdout: anything beside it, a second document or a line of progress, is an error. */
export function documentOf({ stdout }: Ended): RunDocument {
  return JSON.parse(stdout) as RunDocument;
}

/** The steps that did something, as `step target`, sorted. */
export function changesIn({ steps }: RunDocument): string[] {
  return steps
    .filter(({ outcome }) => outcome !== 'unchanged')
    .map(({ step, target }) => `${step} ${target}`)
    .sort();
}

/** A test that failed half way must not leave anything to the next one, foreign objects in its namespace included. */
async function removeNamespaces(cluster: Cluster, name: string): Promise<void> {
  const reference = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  const left = await observe(cluster, reference);
  if (left === undefined) return;
  await cluster.request({
    method: 'DELETE',
    path: `/api/v1/namespaces/${name}`,
    purpose: `clean up namespace ${name}`,
  });
  await awaitGone(cluster, reference, AbortSignal.timeout(60_000));
}

interface PersistentVolume {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly claimRef?: { readonly namespace?: string } };
}

/** Persistent volumes that hold the data of a namespace. */
export async function volumesOf(cluster: Cluster, namespace: string): Promise<string[]> {
  const answer = (await cluster.request({
    method: 'GET',
    path: '/api/v1/persistentvolumes',
    purpose: 'list volumes',
  })) as { readonly items: readonly PersistentVolume[] };
  return answer.items
    .filter(({ spec }) => spec.claimRef?.namespace === namespace)
    .map(({ metadata }) => metadata.name)
    .sort();
}
