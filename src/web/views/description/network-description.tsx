import type { ReactNode } from 'react';

import { useRevision } from '../../api/queries.ts';
import type { NetworkWithSpec } from '../../api/resources.ts';
import { Loading } from '../../shell/loading.tsx';
import { Problem } from '../../shell/problem.tsx';
import { DescriptionEditor } from './description.tsx';

/** The description of a network that is there, as it was written, with its comments. */
export function NetworkDescription({ network: { metadata } }: { readonly network: NetworkWithSpec }): ReactNode {
  const { cluster, name, revision } = metadata;
  const { data, error } = useRevision(name, revision);
  // Nobody has described it here.
  const text = revision === undefined ? `name: ${name}\n` : data?.source;
  return (
    <>
      <title>{`Description of ${name} – Weft`}</title>
      {error !== null && <Problem error={error} />}
      {text === undefined && error === null && <Loading />}
      {/* Whoever changes it works on the revision that they began with, and is told when it is no longer the last. */}
      {text !== undefined && <DescriptionEditor key={revision ?? 0} current={{ cluster, name, text }} initial={text} />}
    </>
  );
}
