import { randomUUID } from 'node:crypto';

import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyServerOptions } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';

import { failedSignIns } from '../access/failed-sign-ins.ts';
import { addSignIn, callerOf, type SignInSettings } from '../access/sign-in.ts';
import { ApiProblem } from '../problems/problem.ts';
import { problemOf } from '../problems/problem-of.ts';
import { payloadsDocument, payloadsOf, payloadsSchema } from './payloads.ts';

export interface CodecServerSettings extends Pick<SignInSettings, 'identify' | 'allowAnonymous'> {
  /** Codecs of the data converter: the first encodes first. */
  readonly codecs: readonly PayloadCodec[];
  /** Where Temporal's page is, e.g. `http://127.0.0.1:8233`: pages of no other origin may ask. */
  readonly uiOrigins: readonly string[];
  /** Where the log goes, as Fastify takes it. */
  readonly logger: NonNullable<FastifyServerOptions['logger']>;
}

/** In bytes. Temporal's messages have up to four million, and Base64 makes a third more of them. */
const LARGEST_BODY = 8_000_000;

/** In milliseconds. A body of that size on a slow line. */
const REQUEST_TIMEOUT_MS = 60_000;

/** In seconds. How long a browser remembers that it may ask. */
const PREFLIGHT_SECONDS = 600;

/**
 * Makes the server that encodes and decodes payloads for Temporal's page and command line, by the protocol of Temporal's codec servers: `POST /encode` and
 * `POST /decode`, also below the name of a namespace. Whoever may call it reads whatever any run was given, so that it wants an admin of all networks.
 *
 * It listens once `listen` is called.
 */
export async function createCodecServer(settings: CodecServerSettings): Promise<FastifyInstance> {
  const { codecs, uiOrigins, allowAnonymous, identify } = settings;
  const server = fastify({
    logger: settings.logger,
    bodyLimit: LARGEST_BODY,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // An id that a client makes up is no id.
    genReqId: () => randomUUID(),
    requestIdHeader: false,
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500) request.log.error({ err: error }, 'a defect in Weft');
    return answer(reply, problem);
  });
  server.setNotFoundHandler((_request, reply) =>
    answer(reply, new ApiProblem('ROUTE_NOT_FOUND', { detail: 'there are POST /encode and POST /decode.' })),
  );

  await server.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] }, useDefaults: false },
  });
  // Before sign-in: a browser asks without a token whether it may ask.
  await server.register(cors, {
    origin: [...uiOrigins],
    methods: ['POST'],
    allowedHeaders: ['Authorization', 'Content-Type', 'X-Namespace'],
    maxAge: PREFLIGHT_SECONDS,
  });
  await server.register(rateLimit, { global: false });
  addSignIn(server, {
    ...{ identify, allowAnonymous, trustedOrigins: uiOrigins, retryAfter: failedSignIns(server) },
    // No network is named here.
    cluster: '',
    sessionOf: () => Promise.resolve(undefined),
  });

  server.get('/livez', { config: { access: 'public' } }, () => ({ status: 'ok' }));
  addRoute(server, 'encode', (payloads) => inOrder(codecs, (codec, some) => codec.encode(some), payloads));
  addRoute(server, 'decode', (payloads) => inOrder(codecs.toReversed(), (codec, some) => codec.decode(some), payloads));
  return server;
}

function addRoute(
  server: FastifyInstance,
  name: 'encode' | 'decode',
  convert: (payloads: Payload[]) => Promise<Payload[]>,
): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  // The command line puts the namespace into the address where its endpoint has `{namespace}`.
  for (const url of [`/${name}`, `/:namespace/${name}`]) {
    routes.post(
      url,
      { config: { access: 'admin of all' }, schema: { body: payloadsSchema, response: { 200: payloadsSchema } } },
      async (request) => {
        const converted = payloadsDocument(await convert(payloadsOf(request.body)).catch(unconvertible));
        const { 'x-namespace': namespace } = request.headers;
        request.log.info({ who: callerOf(request).name, namespace, payloads: converted.payloads.length }, `${name}d`);
        return converted;
      },
    );
  }
}

async function inOrder(
  codecs: readonly PayloadCodec[],
  apply: (codec: PayloadCodec, payloads: Payload[]) => Promise<Payload[]>,
  payloads: Payload[],
): Promise<Payload[]> {
  let converted = payloads;
  for (const codec of codecs) converted = await apply(codec, converted);
  return converted;
}

/** The protocol answers 400 to what cannot be converted. */
function unconvertible(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new ApiProblem('INVALID_REQUEST', { detail: `${reason}.` }, { cause: error });
}

/** As text: Temporal's command line prints it as it comes. */
function answer(reply: FastifyReply, { status, facts }: ApiProblem): FastifyReply {
  return reply
    .code(status)
    .headers(facts.headers ?? {})
    .type('text/plain; charset=utf-8')
    .serializer((text: string) => text)
    .send(`${facts.detail}\n`);
}
