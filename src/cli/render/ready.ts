import type { RunResult, StepRecord } from '../../workflows/messages.ts';
import type { Organization } from '../../spec/index.ts';
import { countsOf } from '../../operations/index.ts';
import { inWords } from './duration.ts';
import { groupBy } from './group.ts';
import type { Palette } from './palette.ts';

/**
 * The end of a bring-up in the words of the Fabric test network: the milestones that the run told of, and the endpoints of each
 * organization.
 */
export function renderReady(
  { milestones = [], endpoints }: Pick<RunResult, 'milestones' | 'endpoints'>,
  organizations: readonly Pick<Organization, 'name' | 'domain'>[],
  { symbols }: Palette,
): string {
  const reached = milestones.map((name) =>
    name === 'Network is ready' ? `${symbols.finish} - ${name}.` : `${symbols.reached} - ${name} ...`,
  );
  const lists = [...groupBy(endpoints, ({ organization }) => organization)].flatMap(([name, services]) => [
    '',
    heading(name, organizations.find((organization) => organization.name === name)?.domain),
    ...services.map(({ title, url }) => `  - ${title} : ${url}`),
  ]);
  return [...reached, ...lists].join('\n');
}

/** One line that sums a run up, e.g. `63 steps in 21s: 60 created, 3 unchanged`. */
export function renderCounts(steps: readonly Pick<StepRecord, 'outcome'>[], seconds: number): string {
  const counts = Object.entries(countsOf(steps)).filter(([, count]) => count > 0);
  const words = counts.reverse().map(([outcome, count]) => `${count} ${outcome}`);
  return `${steps.length} steps in ${inWords(seconds)}${words.length === 0 ? '' : `: ${words.join(', ')}`}`;
}

function heading(name: string, domain: string | undefined): string {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return domain === undefined ? `- ${title}:` : `- ${title} (${domain}):`;
}
