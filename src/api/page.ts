import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The page as it was built (src/web). */
export interface PageFiles {
  readonly folder: string;
  /** Answers with its start, which finds out by the address what to show. */
  readonly send: (reply: FastifyReply) => FastifyReply;
}

/** Stands in the start of the page where the nonce of an answer belongs. */
const NONCE_PLACE = '__STYLE_NONCE__';

/** More than the 128 bits that the specification of the policy wants. */
const NONCE_BYTES = 18;

/** @throws the file system's error if there is no page in the folder */
export async function loadPage(folder: string): Promise<PageFiles> {
  const start = await readFile(join(folder, 'index.html'), 'utf8');
  return {
    folder,
    send: (reply) => {
      const nonce = randomBytes(NONCE_BYTES).toString('base64');
      return (
        reply
          .type('text/html; charset=utf-8')
          // It names the files of this build, and those of the last one may be gone.
          .headers({ 'cache-control': 'no-store', 'content-security-policy': pagePolicy(nonce) })
          .serializer((text: string) => text)
          .send(start.replaceAll(NONCE_PLACE, nonce))
      );
    },
  };
}

/**
 * What the browser may load for the page: this server's own files and answers. Its components make style sheets as they are shown, which name the
 * nonce of the answer that they came with.
 */
function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Serves the page at the root, and the files that it names. */
export async function servePage(api: FastifyInstance, { folder, send }: PageFiles): Promise<void> {
  await api.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      // A view is some twenty files: they are not counted as questions to the API.
      route.config = { ...route.config, access: 'public', rateLimit: false };
    });
    scope.get('/', { schema: { hide: true } }, (_request, reply) => send(reply));
    await scope.register(fastifyStatic, {
      root: join(folder, 'assets'),
      prefix: '/assets/',
      index: false,
      decorateReply: false,
      preCompressed: true,
      // Their names have a hash of what is in them.
      immutable: true,
      maxAge: '365d',
    });
  });
}

/** Paths below which the page has no places of its own. */
const NOT_OF_THE_PAGE = ['/v1/', '/assets/', '/reference/'];

/** Whether a browser asks for a place of the page, which this server has no route for. */
export function isForPage({ method, url, headers }: FastifyRequest): boolean {
  const wantsPage = method === 'GET' && (headers.accept ?? '').includes('text/html');
  return wantsPage && !NOT_OF_THE_PAGE.some((prefix) => url.startsWith(prefix));
}
