import type { ReactNode } from 'react';
import { stringify } from 'yaml';

import type { NetworkWithSpec } from '../../api/resources.ts';
import { DescriptionEditor } from './description.tsx';

/** The description of a network that is there. */
export function NetworkDescription({ network }: { readonly network: NetworkWithSpec }): ReactNode {
  const { metadata, spec } = network;
  const { name, etag, revision } = metadata;
  const text = spec === undefined ? `name: ${name}\n` : stringify(spec);
  return (
    <>
      <title>{`Description of ${name} – Weft`}</title>
      {/* Whoever changes it works on the revision that they began with, and is told when it is no longer the last. */}
      <DescriptionEditor key={revision ?? 0} current={{ name, etag, text }} initial={text} />
    </>
  );
}
