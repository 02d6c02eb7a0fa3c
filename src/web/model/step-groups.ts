import { stepWord, type SteppedWork } from './states.ts';

/** A step as far as its place among the others depends on it. */
export interface GroupedStep extends SteppedWork {
  readonly step: string;
  readonly target: string;
}

export interface StepGroup<Step> {
  /** What its steps are done to: an organization, a channel, a chaincode. */
  readonly name: string;
  readonly steps: readonly Step[];
  readonly done: number;
  readonly total: number;
  readonly hasFailed: boolean;
}

/**
 * Steps by what they are done to, in the order in which they came. Within a group failed and waiting ones come first, then running ones, then done ones.
 *
 * @param isDoneHidden leaves out what is done, and groups in which all is
 */
export function stepGroups<Step extends GroupedStep>(
  steps: readonly Step[],
  isDoneHidden: boolean,
): readonly StepGroup<Step>[] {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const name = groupOf(step.target);
    groups.set(name, [...(groups.get(name) ?? []), step]);
  }
  return [...groups]
    .map(([name, all]) => ({
      name,
      steps: all
        .filter((step) => !isDoneHidden || !isDone(step))
        .toSorted((one, other) => urgency(one) - urgency(other)),
      done: all.filter(isDone).length,
      total: all.length,
      hasFailed: all.some(({ outcome }) => outcome === 'failed'),
    }))
    .filter(({ steps: shown }) => shown.length > 0);
}

/** Targets are paths, as `org1/peer1`; a chaincode's is `basic@org1-peer1` or `mychannel/basic`. */
function groupOf(target: string): string {
  return target.split('/')[0]?.split('@')[0] ?? target;
}

export function isDone({ outcome }: Pick<SteppedWork, 'outcome'>): boolean {
  return outcome !== 'running' && outcome !== 'failed';
}

/** What wants somebody's eye first has the smallest. */
function urgency(step: SteppedWork): number {
  const { tone } = stepWord(step);
  return ['bad', 'attention', 'busy'].includes(tone) ? ['bad', 'attention', 'busy'].indexOf(tone) : 3;
}
