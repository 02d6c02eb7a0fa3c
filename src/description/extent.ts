import { isAlias, isCollection, isPair, isScalar, type Alias, type Document } from 'yaml';

import { reportOfAll, type IssueReport } from '../spec/issues/issue.ts';
import { MOST_ANCHORS_AND_ALIASES, MOST_LEVELS, MOST_TEXT_CHARACTERS } from '../spec/limits.ts';

/** What is said of a text whose mappings and lists are nested deeper than is read. */
export const nestedTooDeep: IssueReport = reportOfAll(
  `is nested too deep: mappings and lists may be within each other ${MOST_LEVELS} levels deep at most`,
  'TOO_LARGE',
);

/**
 * What makes a document too large to be worked on although its text is not: aliases, each of which stands for a part of the text that may
 * have aliases in it.
 *
 * @param document of at most `MOST_LEVELS` levels
 */
export function unboundedIn(document: Document): IssueReport | undefined {
  const anchors: Anchors = { extents: new Map(), count: 0, isCircular: false };
  const { levels, characters } = extentOf(document.contents, anchors);
  if (anchors.count > MOST_ANCHORS_AND_ALIASES) {
    const message = `has ${anchors.count} anchors and aliases: a description has at most ${MOST_ANCHORS_AND_ALIASES}`;
    return reportOfAll(message, 'TOO_LARGE');
  }
  if (anchors.isCircular) return reportOfAll('has an alias within the value that it stands for', 'INVALID_VALUE');
  if (levels > MOST_LEVELS) return nestedTooDeep;
  if (characters <= MOST_TEXT_CHARACTERS) return undefined;
  const message = `is too long with everything that its aliases stand for in their places: a description has at most ${MOST_TEXT_CHARACTERS} characters`;
  return reportOfAll(message, 'TOO_LARGE');
}

/** How large a value is with what its aliases stand for in their places. */
interface Extent {
  /** Mappings and lists within each other. */
  readonly levels: number;
  /** As many as its text has, and one for each value. */
  readonly characters: number;
}

interface Anchors {
  /** By name, as far as the text has been read; those of values that are not at their end yet are open. An anchor may be set anew. */
  readonly extents: Map<string, Extent | 'open'>;
  /** Anchors and aliases. */
  count: number;
  isCircular: boolean;
}

const NOTHING: Extent = { levels: 0, characters: 1 };

function extentOf(node: unknown, anchors: Anchors): Extent {
  if (isAlias(node)) return extentOfAlias(node, anchors);
  if (isPair(node)) return sumOf([node.key, node.value], anchors);
  if (!isCollection(node) && !isScalar(node)) return NOTHING;
  const { anchor } = node;
  if (anchor !== undefined) {
    anchors.count += 1;
    anchors.extents.set(anchor, 'open');
  }
  const extent = isScalar(node)
    ? { levels: 0, characters: 1 + (node.source?.length ?? 0) }
    : oneLevelMore(sumOf(node.items, anchors));
  if (anchor !== undefined) anchors.extents.set(anchor, extent);
  return extent;
}

function extentOfAlias({ source }: Alias, anchors: Anchors): Extent {
  anchors.count += 1;
  const extent = anchors.extents.get(source);
  if (extent === 'open') anchors.isCircular = true;
  return extent === undefined || extent === 'open' ? NOTHING : extent;
}

function sumOf(nodes: readonly unknown[], anchors: Anchors): Extent {
  let [levels, characters] = [0, 1];
  for (const node of nodes) {
    const extent = extentOf(node, anchors);
    levels = Math.max(levels, extent.levels);
    characters += extent.characters;
  }
  return { levels, characters };
}

function oneLevelMore({ levels, characters }: Extent): Extent {
  return { levels: levels + 1, characters };
}
