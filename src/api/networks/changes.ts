import { isDeepStrictEqual } from 'node:util';

import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { findNetwork, findRevision, saveRevision, type StoredNetwork, type StoredRun } from '../../database/index.ts';
import { down, requireUp, up, type OperationContext, type UpInput } from '../../operations/index.ts';
import type { Network } from '../../spec/index.ts';
import { callerOf } from '../access/sign-in.ts';
import { clientGone } from '../client-gone.ts';
import { repeatableHeaders } from '../idempotency.ts';
import { ApiProblem, problemDetailSchema } from '../problems/problem.ts';
import { problemOf } from '../problems/problem-of.ts';
import type { RunObserver } from '../runs/observer.ts';
import { runPath } from '../runs/paths.ts';
import { runResource, runSchema, type Run } from '../runs/resource.ts';
import { contextFor, type ApiServices } from '../services.ts';
import { beginRun, linkingHolder } from './begin-run.ts';
import { detailOf, readDescription, requireDescription, takeDescriptions, textOf } from './description.ts';
import { makePlan, planResource, requireCurrent, requirePlan } from './kept-plan.ts';
import { networkParams, requireNetwork, selectorFor } from './lookup.ts';
import { keptPlanSchema } from './plan.ts';
import { changed, requireMatch, type Conditional } from './precondition.ts';
import { etagHeader } from './resource.ts';

export interface ChangeServices {
  readonly services: ApiServices;
  readonly observer: RunObserver;
  /** Aborted when the server is being stopped. */
  readonly closing: AbortSignal;
}

/** A switch in the query of a request. */
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

const conditionalHeaders = z.object({
  'if-match': z.string().optional().describe('The etag of the state that the change is made to.'),
  'if-none-match': z.string().optional().describe('"*": the network must not be there yet.'),
});

/** What can be asked of networks and changes them, or would. */
export async function addNetworkChanges(api: FastifyInstance, needs: ChangeServices): Promise<void> {
  await api.register((scope, _options, done) => {
    takeDescriptions(scope);
    addRehearsals(scope, needs);
    addPut(scope, needs);
    addDelete(scope, needs);
    done();
  });
}

function addRehearsals(api: FastifyInstance, { services, closing }: ChangeServices): void {
  const routes = api.withTypeProvider<ZodTypeProvider>();

  routes.post(
    '/v1/networks/:name(^[^/:]+)::validate',
    {
      config: { access: 'viewer', takesDescription: true },
      schema: {
        tags: ['Descriptions'],
        summary: 'Check a description',
        description: 'Tells every issue with its place. Nothing but the description is looked at.',
        params: networkParams,
        response: {
          200: z.object({
            valid: z.boolean(),
            errors: z.array(problemDetailSchema),
            warnings: z.array(problemDetailSchema),
            description: z.unknown().optional().describe('The completed description; absent where it is not valid.'),
          }),
        },
      },
    },
    (request) => {
      const result = readDescription(request.body, request.params.name);
      if (!result.ok)
        return { valid: false, errors: result.issues.map(detailOf), warnings: [], description: undefined };
      return { valid: true, errors: [], warnings: result.warnings.map(detailOf), description: result.network };
    },
  );

  routes.post(
    '/v1/networks/:name(^[^/:]+)::plan',
    {
      config: { access: 'operator', takesDescription: true, repeatable: true },
      schema: {
        tags: ['Networks'],
        summary: 'What a description would change',
        description: 'A dry run of the same steps: it refuses what they would refuse, and touches nothing.',
        params: networkParams,
        headers: repeatableHeaders,
        querystring: z.object({ pruneData: flag }),
        response: { 200: keptPlanSchema },
      },
    },
    async (request, reply) => {
      const network = requireDescription(request.body, request.params.name);
      const known = await knownNetwork(services, network.name);
      const context = contextFor(services, callerOf(request).name);
      const change = { network, source: textOf(request.body), pruneData: request.query.pruneData, known };
      return makePlan(services, context, change, AbortSignal.any([clientGone(reply), closing]));
    },
  );

  routes.get(
    '/v1/networks/:name/plans/:plan',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Networks'],
        summary: 'A plan that can be carried out',
        params: networkParams.extend({ plan: z.string().describe('Id of the plan.') }),
        response: { 200: keptPlanSchema },
      },
    },
    async ({ params: { name, plan } }) => planResource(await requirePlan(services, name, plan)),
  );
}

function addPut(api: FastifyInstance, { services, observer, closing }: ChangeServices): void {
  api.withTypeProvider<ZodTypeProvider>().put(
    '/v1/networks/:name',
    {
      config: { access: 'operator', audited: true, repeatable: true, takesDescription: true },
      schema: {
        tags: ['Networks'],
        summary: 'Bring a network up as its description says',
        description:
          'Keeps the description as a revision and starts the run that brings the network to it, or joins the run that does so already. A network that is there needs If-Match.',
        params: networkParams,
        headers: repeatableHeaders.extend(conditionalHeaders.shape),
        querystring: z.object({
          plan: z
            .string()
            .optional()
            .describe(
              'Id of a plan: just what it says is done, and approved with it. Neither body, If-Match nor other switches are needed.',
            ),
          dryRun: flag.describe('Answer with the plan, and change nothing.'),
          approveRemoval: flag.describe('Remove what the description no longer names.'),
          pruneData: flag.describe('Remove the ledger volumes of removed nodes, too.'),
          removeChannels: flag.describe('Remove channels that it no longer names; their names stay taken.'),
        }),
        response: { 200: keptPlanSchema, 202: runSchema },
      },
    },
    async (request, reply) => {
      const { plan: id, dryRun, ...options } = request.query;
      const { name } = request.params;
      const context = contextFor(services, callerOf(request).name);
      const signal = AbortSignal.any([clientGone(reply), closing]);
      const known = await knownNetwork(services, name);
      const sent = textOf(request.body);
      if (id !== undefined) {
        if (dryRun || Object.values(options).includes(true)) throw switchesBesidePlan();
        const plan = await requirePlan(services, name, id);
        const network = await requireCurrent(services, context, plan, { sent, known, signal });
        const { pruneData, source } = plan;
        const input: UpInput = { network, approveRemoval: true, removeChannels: true, pruneData };
        return answerRun(reply, await beginUp(context, input, { known, source, requestId: request.id }));
      }
      const network = requireDescription(request.body, name);
      const current = known?.revision === undefined ? undefined : known;
      requireMatch(conditionalOf(request.headers), current && etagHeader(current));
      if (dryRun) {
        const { pruneData } = options;
        return makePlan(services, context, { network, source: sent, pruneData, known }, signal);
      }
      return answerRun(
        reply,
        await beginUp(context, { network, ...options }, { known, source: sent, requestId: request.id }),
      );
    },
  );

  const answerRun = async (reply: FastifyReply, { run, asked }: BegunUp): Promise<Run> => {
    void reply.code(202).headers({ location: runPath(run.id), etag: etagHeader(asked) });
    return runResource(services.database, run);
  };

  const beginUp = (
    context: OperationContext,
    input: UpInput,
    { known, source, requestId }: { known: StoredNetwork | undefined; source: string; requestId: string },
  ): Promise<BegunUp> =>
    linkingHolder(services, async () => {
      const { network } = input;
      const { requestedBy } = context;
      // What can be known beforehand keeps a description from being noted that nobody brings up.
      await requireUp(context, input, closing);
      const asked = await keepDescription(services, { network, known, source, by: requestedBy });
      const { revision } = asked;
      const requested = { network: asked, kind: 'up' as const, requestedBy, requestId };
      const run = await beginRun(
        services,
        observer,
        { ...requested, ...(revision === undefined ? {} : { revision }) },
        up(context, input, closing),
      ).catch((error: unknown) => {
        throw keptAllTheSame(error, asked);
      });
      return { run, asked };
    });
}

/** A run that brings a network up, and the network as it is asked for by it. */
interface BegunUp {
  readonly run: StoredRun;
  readonly asked: StoredNetwork;
}

function switchesBesidePlan(): ApiProblem {
  return new ApiProblem('INVALID_REQUEST', {
    detail: 'a plan says what is done: no other switch goes with it.',
    errors: [{ parameter: 'plan', detail: 'goes with no other switch' }],
  });
}

function addDelete(api: FastifyInstance, { services, observer, closing }: ChangeServices): void {
  api.withTypeProvider<ZodTypeProvider>().delete(
    '/v1/networks/:name',
    {
      config: { access: 'admin', audited: true },
      schema: {
        tags: ['Networks'],
        summary: 'Remove a network with everything that Weft made for it',
        description: 'There is no undo. Its runs and revisions are kept.',
        params: networkParams,
        headers: conditionalHeaders,
        querystring: z.object({
          confirm: z.string().describe('The name of the network, once more.'),
          keepData: flag.describe('Keep the volumes of peers, orderers and CAs.'),
        }),
        response: { 202: runSchema },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const { confirm, keepData } = request.query;
      if (confirm !== name) {
        throw new ApiProblem('NOT_CONFIRMED', {
          detail: `confirm has to be the name of the network, ${name}. Nothing was touched.`,
        });
      }
      const network = await requireNetwork(services, name);
      const conditional = conditionalOf(request.headers);
      // Unlike a change it overwrites nothing of what somebody else has asked for meanwhile: it is all to go.
      if (conditional.ifMatch !== undefined) requireMatch(conditional, etagHeader(network));
      const { name: requestedBy } = callerOf(request);
      const selector = await selectorFor(services.database, network);
      const run = await linkingHolder(services, () =>
        beginRun(
          services,
          observer,
          { network, kind: 'down', requestedBy, requestId: request.id },
          down(contextFor(services, requestedBy), { selector, keepData }, closing),
        ),
      );
      return reply
        .code(202)
        .header('location', runPath(run.id))
        .send(await runResource(services.database, run));
    },
  );
}

/** The network of a name, which may be known by its runs alone; undefined if there is none. */
function knownNetwork({ database, cluster }: ApiServices, name: string): Promise<StoredNetwork | undefined> {
  return findNetwork(database, { cluster, name });
}

function conditionalOf(headers: z.infer<typeof conditionalHeaders>): Conditional {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
}

interface Change {
  readonly network: Network;
  /** As it was when the change was looked at; undefined if it was not there. */
  readonly known: StoredNetwork | undefined;
  /** The description as it was written. */
  readonly source: string;
  readonly by: string;
}

/**
 * Keeps a description as what is asked of its network; the same once more is no new revision.
 *
 * @returns the network that it is asked of
 * @throws ApiProblem if somebody else has changed the network meanwhile
 */
async function keepDescription(
  { database, cluster, now }: ApiServices,
  { network, known, source, by }: Change,
): Promise<StoredNetwork> {
  if (known?.revision !== undefined) {
    const latest = await findRevision(database, known.id, known.revision);
    if (latest?.source === source && isDeepStrictEqual(latest.description, asJson(network))) return known;
  }
  const saved = await saveRevision(database, {
    network: { cluster, name: network.name },
    description: network,
    source,
    expected: known?.etag ?? 'absent',
    at: now(),
    by,
  });
  if (saved.kind === 'saved') return saved.network;
  if (saved.network !== undefined) throw changed(etagHeader(saved.network));
  throw new ApiProblem('PRECONDITION_FAILED', { detail: 'the network was removed meanwhile.' });
}

/** As it comes back from the database: without fields that are undefined. */
function asJson(network: Network): unknown {
  return JSON.parse(JSON.stringify(network));
}

/** Why no run was begun after the description had been kept: whoever sends it again has to know its new etag. */
function keptAllTheSame(error: unknown, network: StoredNetwork): ApiProblem {
  const { reason, facts } = problemOf(error);
  const etag = etagHeader(network);
  return new ApiProblem(
    reason,
    {
      ...facts,
      detail: `${facts.detail} The description is kept as revision ${network.revision ?? 0}: to have it brought up, put it again with If-Match ${etag}.`,
      metadata: { ...facts.metadata, etag },
    },
    { cause: error },
  );
}
