import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import Provider from 'oidc-provider';

/** An issuer at which browsers sign in, without a password. */
export interface TestProvider {
  readonly url: string;
  close(): Promise<void>;
}

export interface TestProviderOptions {
  /** Where browsers come back to. */
  readonly redirectUri: string;
  readonly clientSecret?: string;
  /** What it says of who signs in. */
  readonly user: { readonly sub: string; readonly groups: readonly string[] };
  /** Whoever signs in is not asked for their groups but declines. */
  readonly declines?: boolean;
}

export async function testProvider(options: TestProviderOptions): Promise<TestProvider> {
  const { redirectUri, clientSecret, user, declines = false } = options;
  const server: Server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: Provider = new Provider(url, {
    clients: [
      {
        client_id: 'weft-page',
        redirect_uris: [redirectUri],
        ...(clientSecret === undefined
          ? { token_endpoint_auth_method: 'none' }
          : { client_secret: clientSecret, token_endpoint_auth_method: 'client_secret_post' }),
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['groups'] },
    cookies: { keys: ['of the tests'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...user, groups: [...user.groups] }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    // Nobody is asked whether Weft may know who they are.
    loadExistingGrant: async ({ oidc }) => {
      const { client, session } = oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return void answer(request, response);
    const result = declines ? { error: 'access_denied' } : { login: { accountId: user.sub } };
    void provider.interactionFinished(request, response, result);
  });
  return {
    url,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
