import type { ReactNode } from 'react';

import { ageInWords, staleInWords, type NetworkLookAge } from '../model/observation.ts';
import { Notice } from './notice.tsx';
import { useNow } from './now.ts';

/** How old what is shown is, and why. */
export function ObservationLine({ observation }: { readonly observation: NetworkLookAge }): ReactNode {
  const now = useNow();
  const stale = staleInWords(observation, now);
  return (
    <>
      <p className="quiet observation">{ageInWords(observation, now)}</p>
      {stale !== undefined && (
        <Notice tone="attention" title="This may be out of date">
          {stale}
        </Notice>
      )}
    </>
  );
}
