import { stringify } from 'yaml';

import type { Network } from '../spec/index.ts';

/** A completed description as text, for one that was not written as text, or whose text is not known. */
export function descriptionText(network: Network): string {
  // Anchors would make it shorter, and a change in one place a change in several.
  return stringify(network, { aliasDuplicateObjects: false });
}
