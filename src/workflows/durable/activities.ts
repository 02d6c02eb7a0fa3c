import { proxyActivities } from '@temporalio/workflow';

import type { Activities } from '../../activities/index.ts';
import type { StepResult } from '../../activities/activity.ts';
import { activityTaskQueue } from '../messages.ts';
import { POLICIES } from './policies.ts';

/** The activities that change something and say what they did. */
export type StepName = {
  [Name in keyof Activities]: Activities[Name] extends (input: never) => Promise<StepResult> ? Name : never;
}[keyof Activities];

/** The activities that only look. */
type LookName = Exclude<keyof Activities, StepName>;

type InputOf<Name extends keyof Activities> = Parameters<Activities[Name]>[0];

/** What a step answers. */
export type ResultOf<Name extends StepName> = StepResult & Awaited<ReturnType<Activities[Name]>>;

/** Calls activities of one cluster by name; `summary` stands beside them in Temporal's own tools, e.g. `org1/peer1`. */
export interface ClusterActivities {
  /** @throws ActivityFailure */
  readonly step: <Name extends StepName>(name: Name, summary: string, input: InputOf<Name>) => Promise<ResultOf<Name>>;
  /** @throws ActivityFailure */
  readonly look: <Name extends LookName>(
    name: Name,
    summary: string,
    input: InputOf<Name>,
  ) => ReturnType<Activities[Name]>;
}

/** The activities of a cluster, run by whichever worker can reach it. */
export function activitiesOf(cluster: string): ClusterActivities {
  const taskQueue = activityTaskQueue(cluster);
  const call = (name: keyof Activities, summary: string, input: unknown): Promise<unknown> => {
    const activity = proxyActivities<Record<string, (given: unknown) => Promise<unknown>>>({
      ...POLICIES[name],
      taskQueue,
    })[name];
    // The proxy answers to every name; this tells the compiler.
    if (activity === undefined) throw new TypeError(`There is no activity ${name}.`);
    // The id tells whoever watches which of several activities of one name it is that waits.
    return activity.executeWithOptions({ summary, activityId: `${name} ${summary}` }, [input]);
  };
  return {
    step: (name, summary, input) => call(name, summary, input) as Promise<ResultOf<typeof name>>,
    look: (name, summary, input) => call(name, summary, input) as ReturnType<Activities[typeof name]>,
  };
}
