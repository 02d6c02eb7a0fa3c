import { isDone, type GroupedStep } from './step-groups.ts';
import { runWord, stepWord, type StateOfRun } from './states.ts';
import { nodeLabel, wordOf, type NetworkTopology } from './topology.ts';

/*
 * What is said to those who do not see the page: what has changed, some of it at once, and all else gathered, so that they are not talked over.
 */

/** Something that is told when it changes. */
export interface AnnouncedPart {
  readonly id: string;
  readonly text: string;
  /** It is told at once, and whatever is being read is interrupted. */
  readonly isUrgent: boolean;
}

/** In milliseconds: no more than one message within so long. */
export const GATHERED_MS = 5_000;

/** So many changes are named in one message; the others are counted. */
const MOST_NAMED = 4;

/** The parts that say something else than before. @param before texts by id; what was not there is new */
export function changedParts(
  before: ReadonlyMap<string, string>,
  parts: readonly AnnouncedPart[],
): readonly AnnouncedPart[] {
  return parts.filter(({ id, text }) => before.get(id) !== text);
}

/** Changes as one message, of each part the last; empty if there are none. */
export function messageOf(changes: readonly AnnouncedPart[]): string {
  const last = [...new Map(changes.map(({ id, text }) => [id, text])).values()];
  const more = last.length - MOST_NAMED;
  const named = last.slice(0, MOST_NAMED).join('. ');
  return more > 0 ? `${named}. And ${more} more changes` : named;
}

/** The nodes and channels of a network as they are told. */
export function topologyAnnouncements({ organizations, channels }: NetworkTopology): readonly AnnouncedPart[] {
  const nodes = organizations.flatMap(({ name: organization, nodes: own }) =>
    own.map((node) => ({
      id: node.id,
      // On which channels it is does not change with its state.
      text: nodeLabel(organization, { ...node, channels: [] }),
      isUrgent: wordOf(node).tone === 'bad',
    })),
  );
  const ofChannels = channels.map((channel) => {
    const { word, tone } = wordOf(channel);
    return {
      ...{ id: `channel:${channel.name}`, text: `channel ${channel.name}, ${word.toLowerCase()}` },
      isUrgent: tone === 'bad',
    };
  });
  return [...nodes, ...ofChannels];
}

export interface AnnouncedRun {
  readonly state: StateOfRun;
  readonly steps: readonly GroupedStep[];
}

/** A run as it is told: how far it is, and each step that does not just go on. */
export function runAnnouncements({ state, steps }: AnnouncedRun): readonly AnnouncedPart[] {
  const ofRun = runWord(state);
  const whole = { id: 'run', text: `The run: ${ofRun.word.toLowerCase()}`, isUrgent: ofRun.tone === 'bad' };
  const done = steps.filter(isDone).length;
  const progress = { id: 'progress', text: `${done} of ${steps.length} steps are done`, isUrgent: false };
  const held = steps.flatMap((step) => {
    const { word, tone } = stepWord(step);
    if (tone !== 'bad' && tone !== 'attention') return [];
    const why = step.reason === '' ? '' : `: ${step.reason}`;
    const text = `${step.step} on ${step.target}, ${word.toLowerCase()}${why}`;
    return [{ id: `${step.step} ${step.target}`, text, isUrgent: tone === 'bad' }];
  });
  return [whole, progress, ...held];
}
