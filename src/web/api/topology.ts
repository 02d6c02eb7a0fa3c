import { useMemo } from 'react';

import type { Network } from '../../spec/network.ts';
import { describedTopology } from '../model/described-topology.ts';
import type { NetworkTopology } from '../model/topology.ts';
import { useRun, useRuns } from './queries.ts';
import type { NetworkWithSpec } from './resources.ts';

/** The parts of a network, with what a run does to them; undefined where nobody has described it. */
export function useTopology({ metadata: { name }, spec }: NetworkWithSpec): NetworkTopology | undefined {
  const open = useRuns(name).data?.find(({ done }) => !done);
  const run = useRun(open?.id);
  return useMemo(() => {
    if (spec === undefined) return undefined;
    const underWay = (run.data?.steps ?? [])
      .filter(({ outcome }) => outcome === 'running')
      .map(({ target, attempts, reason }) => ({ target, attempt: attempts + 1, reason }));
    // The API sends what src/spec has completed.
    return describedTopology(spec as Network, underWay);
  }, [spec, run.data]);
}
