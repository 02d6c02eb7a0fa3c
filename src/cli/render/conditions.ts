import { remediesOfReasons } from '../../spec/index.ts';
import type { Condition } from '../../workflows/messages.ts';
import { remedyInWords } from '../remedy.ts';
import { ageInWords, secondsBetween } from './duration.ts';
import type { Palette } from './palette.ts';
import { table } from './table.ts';

/** A condition as it is shown; a service may know types that this version does not. */
export type ShownCondition = Omit<Condition, 'type'> & { readonly type: string };

export interface ConditionOptions {
  readonly now: Date;
  readonly palette: Palette;
  /** Those that are met without a word about them, too. */
  readonly all: boolean;
}

/** Conditions as a table, a row each; what there is to say about one comes last and is never cut. Empty if there is none to show. */
export function renderConditions(
  conditions: readonly ShownCondition[],
  { now, palette, all }: ConditionOptions,
): string {
  const shown = conditions.filter((condition) => all || isNews(condition));
  if (shown.length === 0) return '';
  const rows = shown.map((condition) => {
    const { type, since, reason, message } = condition;
    return [type, statusOf(condition, palette), since === undefined ? '-' : sinceOf(since, now), reason, message];
  });
  return table([['CONDITION', 'STATUS', 'SINCE', 'REASON', 'MESSAGE'], ...rows]);
}

/** The conditions that are not met, a line each. */
export function unmetConditions(conditions: readonly ShownCondition[]): string[] {
  return conditions
    .filter(({ status }) => status !== 'True')
    .map(({ type, reason, message }) => `${type} (${reason}): ${message}`);
}

/** What helps against what keeps conditions from being met, a line each. @param again the command that does the same once more */
export function helpForConditions(conditions: readonly ShownCondition[], again: string): string[] {
  const causes = conditions.flatMap((condition) => condition.causes ?? []);
  return remediesOfReasons(causes).flatMap((remedy) => remedyInWords(remedy, again) ?? []);
}

/** Met, and still somebody's business. */
const NEWS_OF_MET: ReadonlySet<string> = new Set(['RenewalDue', 'GossipSettling']);

function isNews({ status, reason }: ShownCondition): boolean {
  return status !== 'True' || NEWS_OF_MET.has(reason);
}

function statusOf({ status, reason }: ShownCondition, { good, bad, attention, symbols }: Palette): string {
  if (status === 'Unknown') return bad(`${symbols.failed} Unknown`);
  if (status === 'False') return bad(`${symbols.failed} False`);
  return NEWS_OF_MET.has(reason) ? attention(`${symbols.done} True`) : good(`${symbols.done} True`);
}

/** e.g. `2026-11-23T10:41:07Z (4m12s)`. */
function sinceOf(since: string, now: Date): string {
  const time = new Date(since);
  return `${time.toISOString().replace(/\.\d+Z$/, 'Z')} (${ageInWords(secondsBetween(time, now))})`;
}
