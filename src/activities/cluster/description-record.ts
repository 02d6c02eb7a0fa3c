import type { KubernetesObject } from '../../kubernetes/index.ts';
import { networkConfigMaps, readRecord, type Network } from '../../spec/index.ts';
import { failure } from '../failures.ts';
import { applyManifest, type Dependencies } from './manifests.ts';
import { asStep, join, type StepResult } from '../activity.ts';
import type { NetworkInput } from '../inputs.ts';

export interface RecordInput extends NetworkInput {
  readonly namespaces: readonly string[];
  readonly description: Network;
}

export interface RecordActivities {
  recordNetwork: (target: RecordInput) => Promise<StepResult>;
}

/** Keeps the description that was brought up in the cluster itself. */
export function createRecordActivities(dependencies: Dependencies): RecordActivities {
  return {
    recordNetwork: asStep(async ({ namespaces, description, ...target }, { signal }) => {
      const text = `${JSON.stringify(description, null, 2)}\n`;
      const decisions = namespaces.map((namespace) =>
        applyManifest(
          dependencies,
          'network.yaml',
          { NETWORK: target.network.name, NAMESPACE: namespace, DESCRIPTION: text },
          { ...target, signal },
        ),
      );
      return join(await Promise.all(decisions));
    }),
  };
}

/** The key of the record's text, as kube/network.yaml has it. */
const RECORD_KEY = 'network.json';

/**
 * The description that a network was last brought up by.
 *
 * @param network its name
 * @param configMaps those that belong to it, from any of its namespaces: each has the same record
 * @returns undefined if there is no record
 * @throws ApplicationFailure RecordUnreadable, because a record that cannot be read is not an empty network
 */
export function recordedNetwork(network: string, configMaps: readonly KubernetesObject[]): Network | undefined {
  const { description } = networkConfigMaps({ name: network });
  const record = configMaps.find(({ metadata }) => metadata.name === description);
  if (record === undefined) return undefined;
  const result = readRecord((record['data'] as Readonly<Record<string, string>> | undefined)?.[RECORD_KEY] ?? '');
  if (result.ok) return result.network;
  const { name, namespace = '' } = record.metadata;
  throw failure(
    'RecordUnreadable',
    `What the cluster keeps of network ${network} (${RECORD_KEY} of ConfigMap ${name} in namespace ${namespace}) ${result.reason}. A run of this version of Weft that brings the network up writes it anew.`,
    { remedy: { kind: 'runAgain' } },
  );
}
