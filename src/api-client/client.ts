import createClient, { type Client } from 'openapi-fetch';

import type { paths } from './generated.ts';

/** Asks the HTTP API, with paths, parameters and answers of the types that it has. Wrap each call in `answerOf`. */
export type WeftClient = Client<paths>;

export interface WeftClientSettings {
  /** Where the API is, e.g. `https://weft.example.com`. */
  readonly baseUrl: string;
  /** Headers of every request, asked for each time: how it signs in. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** Sends the requests; absent means the platform's own. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

export function weftClient({ baseUrl, headers, fetch }: WeftClientSettings): WeftClient {
  const client = createClient<paths>({ baseUrl, ...(fetch === undefined ? {} : { fetch }) });
  client.use({
    onRequest: ({ request }) => {
      for (const [name, value] of Object.entries(headers?.() ?? {})) request.headers.set(name, value);
    },
  });
  return client;
}

/** How a description is sent as the text that it is, so that every issue is told with its line. */
export const AS_YAML = {
  bodySerializer: (text: unknown): string => String(text),
  headers: { 'content-type': 'application/yaml' },
};
