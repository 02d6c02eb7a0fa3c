import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';

import { answerOf } from '../../api-client/index.ts';
import { isGranted, type GrantedNetwork } from '../model/roles.ts';
import { client } from './client.ts';
import { csrf } from './csrf.ts';
import { SIGNED_IN } from './query-client.ts';
import type { GrantOfSession, SessionOfBrowser, WaysToSignIn } from './resources.ts';

/** Who is signed in; its failure says that nobody is. */
export function useSession(): UseQueryResult<SessionOfBrowser> {
  return useQuery({
    queryKey: SIGNED_IN,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const linked = await sessionByLink();
      if (linked !== undefined) return linked;
      return noted((await answerOf(client.GET('/v1/session', { signal }))).data);
    },
  });
}

/** Whether whoever is signed in may do what needs a role. @param network what it is done to; undefined means all networks */
export function useMay(needed: GrantOfSession['role'], network?: GrantedNetwork): boolean {
  const { data: session } = useSession();
  return session !== undefined && isGranted(session.roles, needed, network);
}

/** How one can sign in. */
export function useWaysToSignIn(): UseQueryResult<WaysToSignIn> {
  return useQuery({
    queryKey: ['ways-to-sign-in'],
    staleTime: Infinity,
    queryFn: async ({ signal }) => (await answerOf(client.GET('/v1/sign-in', { signal }))).data,
  });
}

/** Signs this browser in with a token, and out. The token goes to the server, which answers with a cookie that no script can read. */
export function useSigning(): {
  readonly signIn: (token: string) => Promise<void>;
  readonly signOut: () => Promise<void>;
} {
  const queries = useQueryClient();
  return {
    signIn: async (token) => {
      const { data } = await answerOf(client.POST('/v1/session', { body: { token } }));
      queries.setQueryData(SIGNED_IN, noted(data));
    },
    signOut: async () => {
      await answerOf(client.DELETE('/v1/session'));
      queries.clear();
      window.location.assign('/');
    },
  };
}

function noted(session: SessionOfBrowser): SessionOfBrowser {
  csrf.use(session.csrfToken);
  return session;
}

const LINK = '#link=';

/** Signs in by the link that `weft api` shows, which is good once: it is taken out of the address before it is used. Undefined where the address has none. */
async function sessionByLink(): Promise<SessionOfBrowser | undefined> {
  const { hash, pathname } = window.location;
  if (!hash.startsWith(LINK)) return undefined;
  window.history.replaceState(null, '', pathname);
  const link = decodeURIComponent(hash.slice(LINK.length));
  return noted((await answerOf(client.POST('/v1/session', { body: { link } }))).data);
}
