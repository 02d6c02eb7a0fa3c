import type { Network } from '../../spec/index.ts';
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
