import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { recordAudit, type Database } from '../../database/index.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A call changes something, and goes into the audit; a call that was refused, too. */
    audited?: true;
  }
  interface FastifyRequest {
    /** Name of the problem that the request ended with; empty if there was none. */
    problem: string;
  }
}

/** Writes every call that changes something, or would have, into the audit before its answer leaves. */
export function addAudit(api: FastifyInstance, database: Database, now: () => Date): void {
  api.decorateRequest('problem', '');
  api.addHook('onSend', async (request, reply) => {
    if (request.routeOptions.config.audited !== true || isRehearsal(request)) return;
    // It was not looked at, and whoever asks too often would fill the table. The log has it.
    if (request.problem === 'TOO_MANY_REQUESTS') return;
    try {
      await recordAudit(database, { ...entryOf(request, reply), at: now() });
    } catch (error) {
      // What was done is done: to answer that it was not would be worse than an entry that is in the log alone.
      request.log.error({ err: error, audit: entryOf(request, reply) }, 'the audit could not be written');
    }
  });
}

function entryOf(request: FastifyRequest, { statusCode }: FastifyReply): Omit<Parameters<typeof recordAudit>[1], 'at'> {
  return {
    who: request.caller?.name ?? 'not signed in',
    method: request.method,
    resource: pathOf(request.url),
    outcome: statusCode < 400 ? 'done' : statusCode < 500 ? 'refused' : 'failed',
    reason: request.problem,
    requestId: request.id,
  };
}

/** The same call with `?dryRun=true` changes nothing. */
function isRehearsal({ query }: FastifyRequest): boolean {
  return typeof query === 'object' && query !== null && 'dryRun' in query && query.dryRun === true;
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? '';
}
