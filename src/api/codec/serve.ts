import { once } from 'node:events';

import type { Database } from '../../database/index.ts';
import { identifierOfTokens } from '../access/identification.ts';
import type { OidcSettings } from '../access/oidc/settings.ts';
import { createCodecServer, type CodecServerSettings } from './server.ts';

export interface CodecServeSettings extends Omit<CodecServerSettings, 'identify'> {
  readonly host: string;
  /** 0 means any that is free. */
  readonly port: number;
  /** Where the tokens are that are good for signing in; absent means nowhere. */
  readonly database?: Database;
  /** Whose tokens are good as well; absent means nobody's. */
  readonly oidc?: OidcSettings;
  readonly now: () => Date;
  /** Ends the serving. */
  readonly stop: AbortSignal;
  /** Called with the address once requests are answered. */
  readonly ready: (address: string) => void;
}

/**
 * Serves payloads to Temporal's page and command line until it is told to stop.
 *
 * @throws the error of `listen()` if it cannot listen at the address
 */
export async function serveCodec(settings: CodecServeSettings): Promise<void> {
  const { host, port, database, oidc, now, stop, ready } = settings;
  // A role on one network alone is none here.
  const identify = identifierOfTokens({ database, cluster: '', now }, oidc);
  const server = await createCodecServer({ ...settings, identify });
  try {
    ready(await server.listen({ host, port }));
    if (!stop.aborted) await once(stop, 'abort');
  } finally {
    // An answer takes milliseconds: nothing is worth waiting for.
    server.server.closeAllConnections();
    await server.close();
  }
}
