import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import type { StreamState } from '../model/stream-state.ts';
import { followEvents } from './event-stream.ts';

/** In milliseconds. Many steps change within a second; who looks sees no difference. */
const GATHER_MS = 500;

export interface FollowedRun {
  readonly state: StreamState;
  /** When something came last, in milliseconds since 1970. */
  readonly heardAt: number;
}

/**
 * Follows the events of a run: each has the run asked for anew, since an event says how things are, and the answer says the same of all.
 *
 * @param after the place after which its events follow; undefined follows nothing
 */
export function useRunEvents(id: string, after: number | undefined): FollowedRun {
  const queries = useQueryClient();
  const [followed, setFollowed] = useState<FollowedRun>(() => ({ state: 'connecting', heardAt: Date.now() }));
  const isFollowed = after !== undefined;
  useEffect(() => {
    if (after === undefined) return undefined;
    const ending = new AbortController();
    let gathering: ReturnType<typeof setTimeout> | undefined;
    const refresh = (): void => {
      gathering ??= setTimeout(() => {
        gathering = undefined;
        void queries.invalidateQueries({ queryKey: ['run', id] });
      }, GATHER_MS);
    };
    const listener = {
      onEvent: refresh,
      onHeard: () => {
        setFollowed((before) => ({ ...before, heardAt: Date.now() }));
      },
      onState: (state: StreamState) => {
        setFollowed((before) => ({ ...before, state }));
        refresh();
      },
    };
    void followEvents({ url: `/v1/runs/${encodeURIComponent(id)}/events`, after }, listener, ending.signal);
    return () => {
      ending.abort();
      clearTimeout(gathering);
    };
    // Where it begins is the place of the first answer: later ones would connect anew for what comes by itself.
  }, [id, isFollowed, queries]);
  return followed;
}
