import { QueryCache, QueryClient } from '@tanstack/react-query';

import { isPassing, isUnauthenticated } from './client.ts';
import { reachability } from './reachability.ts';

/** Twice: a server that is being replaced is back within seconds, and whoever looks at the page wants to know before. */
const RETRIES = 2;

/** In milliseconds: another view that shows the same does not ask again at once. */
const FRESH_MS = 2_000;

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => {
      reachability.note(!isPassing(error));
      // Whatever else is refused: who asks may have been signed out meanwhile.
      if (isUnauthenticated(error) && queryKey !== SIGNED_IN)
        void queryClient.invalidateQueries({ queryKey: SIGNED_IN });
    },
    onSuccess: () => {
      reachability.note(true);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      retry: (failures, error) => failures < RETRIES && isPassing(error),
    },
  },
});

/** The key of the question who is signed in. */
export const SIGNED_IN = ['signed-in'] as const;
