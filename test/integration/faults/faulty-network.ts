import { inject } from 'vitest';
import { stringify } from 'yaml';

import { connectTemporal, temporalSettings, type Temporal } from '../../../src/client/index.ts';
import { awaitGone, observe, type Cluster } from '../../../src/kubernetes/index.ts';
import type { Description } from '../../../src/spec/index.ts';
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
  /** The steps of the open run and of its children that are finished, as the run itself says. Needs a worker. */
  readonly finishedSteps: () => Promise<StepRecord[]>;
  /** Id and status of the latest run; undefined if there never was one. */
  readonly latestRun: () => Promise<{ readonly runId: string; readonly status: string } | undefined>;
  /** Ends its run and removes its namespace with all that is in it, whatever state they are in. Needs no worker. */
  readonly remove: () => Promise<void>;
}

/** As few pods as a network can have: a CA, an orderer and a peer. */
export const SMALLEST: Omit<Description, 'name'> = { organizations: [{ name: 'org1', orderers: 1, peers: 1 }] };

/** Everybody who is enrolled in the smallest network. */
export const SMALLEST_IDENTITIES = ['org1-admin', 'org1-orderer1', 'org1-peer1'];

/** The tests' Temporal. Whoever connects closes. */
export function testTemporal(): Promise<Temporal> {
  return connectTemporal(temporalSettings({}, inject('platform').temporalAddress));
}

export function faultyNetwork(
  name: string,
  { cluster, temporal }: { readonly cluster: Cluster; readonly temporal: Temporal },
  variables: Readonly<Record<string, string>> = {},
): FaultyNetwork {
  const workflowId = networkWorkflowId(clusterName(), name);
  let text = stringify({ name, ...SMALLEST });

  const finishedSteps = async (): Promise<StepRecord[]> => {
    const own = await temporal.progress({ workflowId });
    const ofChildren = await Promise.all(own.children.map((child) => temporal.progress({ workflowId: child })));
    return [own, ...ofChildren].flatMap(({ steps }) => steps).filter(({ outcome }) => outcome !== 'running');
  };

  return {
    name,
    workflowId,
    describe: (description) => {
      text = stringify({ name, ...description });
    },
    up: (...flags) => startCommand(['up', '-f', '-', ...flags], text, variables),
    weft: (command, ...flags) => startCommand([command, '-f', '-', ...flags], text, variables).ended,
    finishedSteps,
    latestRun: async () => {
      const description = await temporal.describe({ workflowId });
      return description && { runId: description.run.runId ?? '', status: description.status };
    },
    remove: async () => {
      await terminate(workflowId);
      // Its part would stop by itself, but perhaps there is no worker any more to tell it so.
      await terminate(`${workflowId}/org1`);
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
