import type { paths } from '../../api-client/index.ts';
import type { RunView, StepView } from '../../client/index.ts';
import type { ServedRun } from './runs.ts';

type Step = ServedRun['steps'][number];

/** A step that is under way, with what it waits for. */
export type RunningStep =
  paths['/v1/runs/{id}/steps']['get']['responses'][200]['content']['application/json']['steps'][number];

/**
 * A run of a service in the form in which the command line shows every run. A service tells neither milestones nor child workflows.
 *
 * @param earlier the view before; steps stay where they are in it, so that lines and trees do not jump
 * @param run the run as it is now
 * @param running its steps that are under way
 */
export function viewOfRun(earlier: RunView, run: ServedRun, running: readonly RunningStep[]): RunView {
  const waits = new Map(running.map((step) => [keyOf(step), step]));
  const now = new Map(run.steps.map((step) => [keyOf(step), stepView(step, waits.get(keyOf(step)))]));
  const known = earlier.steps.flatMap((step) => now.get(keyOf(step)) ?? []);
  const before = new Set(earlier.steps.map(keyOf));
  const added = [...now.values()].filter((step) => !before.has(keyOf(step)));
  const condition = conditionOf(run);
  return { milestones: [], steps: [...known, ...added], children: [], ...(condition && { condition }) };
}

/** Of several clusters without a worker, that which has been so for longest. */
function conditionOf({ withoutWorker }: ServedRun): RunView['condition'] {
  const [first] = [...withoutWorker].sort((a, b) => (a.since < b.since ? -1 : 1));
  if (first === undefined) return undefined;
  const { cluster, since } = first;
  return { kind: 'no worker', message: `no worker for ${cluster}`, since: new Date(since), cluster };
}

function stepView(step: Step, running: RunningStep | undefined): StepView {
  if (step.outcome !== 'running' || running === undefined) return step;
  const { attempts, startedAt, type, reason, nextAttemptAt } = running;
  const next = nextAttemptAt === undefined ? {} : { nextAttemptAt: new Date(nextAttemptAt) };
  return {
    ...step,
    ...(startedAt === undefined ? {} : { since: new Date(startedAt) }),
    ...(type === undefined ? {} : { waiting: { reason: type, message: reason, attempt: attempts + 1, ...next } }),
  };
}

function keyOf({ step, target }: Pick<Step, 'step' | 'target'>): string {
  return `${step} ${target}`;
}
