import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { answerOf } from '../../api-client/index.ts';
import { answeredTopology } from '../model/answered-topology.ts';
import type { NetworkLookAge } from '../model/observation.ts';
import type { NetworkTopology } from '../model/topology.ts';
import { client } from './client.ts';
import type { TopologyAnswer } from './resources.ts';

/** In milliseconds: while a run works on a network, and while none does, when a look comes once a minute. */
const WORKED_ON_MS = 2_000;
const IDLE_MS = 10_000;

export interface ObservedTopology {
  readonly topology: NetworkTopology;
  readonly observation: NetworkLookAge;
  /** Id of the run that works on the network. */
  readonly run: string | undefined;
}

/** The parts of a network as they were seen last, with what a run does to them. */
export function useTopology(name: string): { readonly data: ObservedTopology | undefined; readonly error: unknown } {
  const { data, error } = useQuery<TopologyAnswer>({
    queryKey: ['network', name, 'topology'],
    refetchInterval: ({ state }) => (state.data?.run === undefined ? IDLE_MS : WORKED_ON_MS),
    queryFn: async ({ signal }) =>
      (await answerOf(client.GET('/v1/networks/{name}/topology', { params: { path: { name } }, signal }))).data,
  });
  const observed = useMemo(
    () => data && { topology: answeredTopology(data), observation: data.observation, run: data.run },
    [data],
  );
  return { data: observed, error };
}
