import swagger from '@fastify/swagger';
import apiReference from '@scalar/fastify-api-reference';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { networkJsonSchema } from '../spec/index.ts';
import type { Access } from './access/roles.ts';
import { PROBLEM_MEDIA_TYPE, problemSchema } from './problems/problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is a network description, which is read from its text so that every issue has its line. */
    takesDescription?: true;
    /** The body of an answer with the status 200 may be a stream of server-sent events as well. */
    streamsEvents?: true;
  }
}

/** Where the description of the API is. */
export const OPENAPI_PATH = '/openapi.json';

const REFERENCE_PATH = '/reference';

/**
 * What the browser may load for the reference page: this server's own files, and the styles and the start of the page that stand in it. Whatever the page's
 * program would ask of other hosts, the browser refuses.
 */
const REFERENCE_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Has the routes that follow described. */
export async function describeRoutes(api: FastifyInstance, version: string): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Weft',
        version,
        description: 'Brings up Hyperledger Fabric networks on Kubernetes, and keeps them alive.',
      },
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description: 'A token of `weft token add`, or of the issuer that the server trusts.',
          },
        },
      },
    },
    transform: (document) => {
      const { schema, url } = jsonSchemaTransform(document);
      return { schema: document.schema.hide === true ? schema : completed(schema, document.route), url };
    },
  });
}

/** Serves the description of the API, and a page to read it on that needs no other host. */
export async function serveReference(api: FastifyInstance): Promise<void> {
  api.get(OPENAPI_PATH, { config: { access: 'public' }, schema: { hide: true } }, () => openApiDocument(api));
  await api.register(async (page) => {
    page.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' };
    });
    page.addHook('onSend', (_request, reply, _payload, done) => {
      void reply.header('content-security-policy', REFERENCE_POLICY);
      done();
    });
    await page.register(apiReference, {
      routePrefix: REFERENCE_PATH,
      configuration: {
        url: OPENAPI_PATH,
        pageTitle: 'Weft API',
        withDefaultFonts: false,
        telemetry: false,
      },
    });
  });
}

/** The routes as OpenAPI 3.1 describes them, with the schemas that they refer to. */
function openApiDocument(api: FastifyInstance): Readonly<Record<string, unknown>> {
  const document = api.swagger();
  const components = 'components' in document ? document.components : undefined;
  const schemas = { Problem: z.toJSONSchema(problemSchema), NetworkDescription: networkJsonSchema() };
  return { ...document, components: { ...components, schemas } };
}

type RouteSchema = ReturnType<typeof jsonSchemaTransform>['schema'];

/** Adds to the description of a route what all have, or what stands beside it and not in its schema. */
function completed(schema: RouteSchema, { config }: RouteOptions): RouteSchema {
  const access = config?.access ?? 'admin';
  const responses = typeof schema.response === 'object' && schema.response !== null ? schema.response : {};
  const problem = { schema: { $ref: '#/components/schemas/Problem' } };
  return {
    ...schema,
    ...(config?.takesDescription === true ? { body: DESCRIPTION_BODY } : {}),
    ...(access === 'public' ? {} : { security: [{ token: [] }] }),
    description: [schema.description, accessInWords(access)].filter((text) => text !== undefined).join(' '),
    response: {
      ...(config?.streamsEvents === true ? withStream(responses) : responses),
      default: { description: 'Why it could not be done', content: { [PROBLEM_MEDIA_TYPE]: problem } },
    },
  };
}

/** The same answers, of which the one with the status 200 comes as a stream, too. */
function withStream(responses: object): object {
  const schema = '200' in responses ? responses['200'] : {};
  const stream = { type: 'string', description: 'Server-sent events.' };
  return {
    ...responses,
    200: {
      description: 'As a stream; as a list where ?watch=false asks for one',
      content: { 'application/json': { schema }, 'text/event-stream': { schema: stream } },
    },
  };
}

const DESCRIPTION_BODY = {
  content: {
    'application/json': { schema: { $ref: '#/components/schemas/NetworkDescription' } },
    'application/yaml': { schema: { type: 'string', description: 'The same as YAML 1.2.' } },
  },
};

function accessInWords(access: Access): string | undefined {
  switch (access) {
    case 'public':
      return undefined;
    case 'signed in':
      return 'Needs no role.';
    case 'admin of all':
      return 'Needs the role admin of all networks.';
    case 'viewer':
    case 'operator':
    case 'admin':
      return `Needs the role ${access}.`;
  }
}
