import type { Endpoint, Milestone, StepRecord } from '../../workflows/messages.ts';
import type { Organization } from '../../spec/index.ts';
import { countsOf } from '../../operations/index.ts';
import { inWords } from './duration.ts';
import { groupBy } from './group.ts';
import type { Palette } from './palette.ts';

/** The milestones of a bring-up in their order; a network that is ready has passed them all. */
const MILESTONES: Readonly<Record<Milestone, 'stage' | 'channels' | 'chaincodes' | 'end'>> = {
  'Creating local node MSP': 'stage',
  'Launching orderers': 'stage',
  'Launching peers': 'stage',
  'Creating channels': 'channels',
  'Deploying chaincode': 'chaincodes',
  'Network is ready': 'end',
};

/** What of a description its end is told with. */
export interface ReadyNetwork {
  readonly organizations: readonly Pick<Organization, 'name' | 'domain'>[];
  readonly channels: readonly unknown[];
  readonly chaincodes: readonly unknown[];
}

/** The end of a bring-up in the words of the Fabric test network, with the endpoints of each organization. */
export function renderReady(endpoints: readonly Endpoint[], network: ReadyNetwork, { symbols }: Palette): string {
  const milestones = Object.entries(MILESTONES)
    .filter(([, kind]) => (kind !== 'channels' && kind !== 'chaincodes') || network[kind].length > 0)
    .map(([name, kind]) => (kind === 'end' ? `${symbols.finish} - ${name}.` : `${symbols.reached} - ${name} ...`));
  const { organizations } = network;
  const lists = [...groupBy(endpoints, ({ organization }) => organization)].flatMap(([name, services]) => [
    '',
    heading(name, organizations.find((organization) => organization.name === name)?.domain),
    ...services.map(({ title, url }) => `  - ${title} : ${url}`),
  ]);
  return [...milestones, ...lists].join('\n');
}

/** One line that sums a run up, e.g. `63 steps in 21s: 60 created, 3 unchanged`. */
export function renderCounts(steps: readonly StepRecord[], seconds: number): string {
  const counts = Object.entries(countsOf(steps)).filter(([, count]) => count > 0);
  const words = counts.reverse().map(([outcome, count]) => `${count} ${outcome}`);
  return `${steps.length} steps in ${inWords(seconds)}${words.length === 0 ? '' : `: ${words.join(', ')}`}`;
}

function heading(name: string, domain: string | undefined): string {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return domain === undefined ? `- ${title}:` : `- ${title} (${domain}):`;
}
