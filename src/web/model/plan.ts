/** A step of a plan. */
export interface PlannedStep {
  readonly step: string;
  readonly target: string;
  readonly outcome: string;
  readonly reason: string;
}

/** Steps of a plan that do the same kind of thing, as a diff shows them. */
export interface PlanGroup {
  readonly sign: '+' | '~' | '-';
  readonly title: string;
  readonly steps: readonly PlannedStep[];
}

const GROUPS = [
  { outcome: 'removed', sign: '-', title: 'Removed' },
  { outcome: 'updated', sign: '~', title: 'Changed in place' },
  { outcome: 'created', sign: '+', title: 'Created' },
] as const;

/** What a plan would do, what is lost first. */
export function planGroups(steps: readonly PlannedStep[]): readonly PlanGroup[] {
  return GROUPS.map(({ outcome, sign, title }) => ({
    sign,
    title,
    steps: steps.filter((step) => step.outcome === outcome),
  })).filter((group) => group.steps.length > 0);
}

/** The name that a description gives its network; undefined where it does not yet. */
export function describedName(text: string): string | undefined {
  return /^name:\s*["']?([a-z0-9][-a-z0-9]*)["']?\s*(?:#.*)?$/m.exec(text)?.[1];
}
