import { inject } from 'vitest';
import { stringify } from 'yaml';

import { connectTemporal, temporalSettings, type PendingActivity, type Temporal } from '../../../src/client/index.ts';
import { awaitGone, observe, type Cluster } from '../../../src/kubernetes/index.ts';
import { completeDescription, type Description, type Network } from '../../../src/spec/index.ts';
import { networkWorkflowId, type StepRecord } from '../../../src/workflows/messages.ts';
import { clusterName, type Ended } from '../../support/weft.ts';
import { terminate } from './by-hand.ts';
import { startCommand, type Command } from './command.ts';

/** A network of a test, and the run that holds it. */
export interface FaultyNetwork {
  readonly name: string;
  readonly workflowId: string;
  /** Starts `weft up`. */
  readonly up: (...flags: readonly string[]) => Command;
  /** `weft <command> -f - …`, to its end. */
  readonly weft: (command: string, ...flags: readonly string[]) => Promise<Ended>;
  /** From now on it is described like this. */
  readonly describe: (description: Omit<Description, 'name'>) => void;
  /** The completed description of now. */
  readonly network: () => Network;
  /** What the run and its parts have under way or will try again, as Temporal's own tools show it. Needs no worker. */
  readonly activities: () => Promise<ActivityOfRun[]>;
  /** The steps of the open run and of its children that are finished, as the run itself says. Needs a worker. */
  readonly finishedSteps: () => Promise<StepRecord[]>;
  /** Id and status of the latest run; undefined if there never was one. */
  readonly latestRun: () => Promise<{ readonly runId: string; readonly status: string } | undefined>;
  /** Ends its run and removes its namespace with all that is in it, whatever state they are in. Needs no worker. */
  readonly remove: () => Promise<void>;
}

/** An activity of a run or of one of its parts. */
export interface ActivityOfRun extends PendingActivity {
  /** No other attempt of any activity has the same. */
  readonly key: string;
}

/** As few pods as a network can have: a CA, an orderer and a peer. */
export const SMALLEST: Omit<Description, 'name'> = { organizations: [{ name: 'org1', orderers: 1, peers: 1 }] };

/** Everybody who is enrolled in the smallest network. */
export const SMALLEST_IDENTITIES = ['org1-admin', 'org1-orderer1', 'org1-peer1'];

/** The tests' Temporal. Whoever connects closes. */
export function testTemporal(): Promise<Temporal> {
  return connectTemporal(temporalSettings({ ...process.env, TEMPORAL_ADDRESS: inject('platform').temporalAddress }));
}

export function faultyNetwork(
  name: string,
  { cluster, temporal }: { readonly cluster: Cluster; readonly temporal: Temporal },
  variables: Readonly<Record<string, string>> = {},
): FaultyNetwork {
  const workflowId = networkWorkflowId(clusterName(), name);
  let description: unknown = { name, ...SMALLEST };
  // An earlier description may have had more of them.
  const parts = new Set<string>();
  const network = (): Network => {
    const completed = completeDescription(description);
    if (completed.ok) return completed.network;
    throw new Error(`The test's own description has issues: ${JSON.stringify(completed.issues)}`);
  };
  const notePartsOf = ({ organizations, channels, chaincodes }: Network): void => {
    for (const organization of organizations) parts.add(organization.name);
    for (const channel of channels) parts.add(`channels/${channel.name}`);
    for (const chaincode of chaincodes) parts.add(`chaincodes/${chaincode.channel}/${chaincode.name}`);
  };
  const workflowIds = (): string[] => [workflowId, ...[...parts].map((part) => `${workflowId}/${part}`)];
  const start = (parameters: readonly string[]): Command =>
    startCommand(parameters, stringify(description, { aliasDuplicateObjects: false }), variables);
  notePartsOf(network());

  const finishedSteps = async (): Promise<StepRecord[]> => {
    const own = await temporal.progress({ workflowId });
    const ofChildren = await Promise.all(own.children.map((child) => temporal.progress({ workflowId: child })));
    return [own, ...ofChildren].flatMap(({ steps }) => steps).filter(({ outcome }) => outcome !== 'running');
  };

  return {
    name,
    workflowId,
    describe: (newDescription) => {
      description = { name, ...newDescription };
      notePartsOf(network());
    },
    network,
    up: (...flags) => start(['up', '-f', '-', ...flags]),
    weft: (command, ...flags) => start([command, '-f', '-', ...flags]).ended,
    activities: async () => {
      const runs = await Promise.all(workflowIds().map((id) => temporal.describe({ workflowId: id })));
      return runs.flatMap((run) =>
        (run?.activities ?? []).map((activity) => ({
          ...activity,
          key: `${run?.run.workflowId ?? ''} ${run?.run.runId ?? ''} ${activity.id} ${activity.attempt}`,
        })),
      );
    },
    finishedSteps,
    latestRun: async () => {
      const latest = await temporal.describe({ workflowId });
      return latest && { runId: latest.run.runId ?? '', status: latest.status };
    },
    remove: async () => {
      // Its parts would stop by themselves, but perhaps there is no worker any more to tell them so.
      for (const id of workflowIds()) await terminate(id);
      await removeNamespace(cluster, name);
    },
  };
}

/** Longer than a pod of Fabric needs to end on a busy machine. */
const NAMESPACE_GONE_MS = 90_000;

export async function removeNamespace(cluster: Cluster, name: string): Promise<void> {
  const namespace = await observe(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  if (namespace === undefined) return;
  await cluster.request({
    method: 'DELETE',
    path: `/api/v1/namespaces/${name}`,
    purpose: `clean up namespace ${name}`,
  });
  await awaitGone(cluster, namespace, AbortSignal.timeout(NAMESPACE_GONE_MS));
}
