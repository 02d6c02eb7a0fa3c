import type { FastifyInstance } from 'fastify';

import { parseDescription } from '../../description/yaml.ts';
import { isMapping, type DescriptionResult, type IssueReport, type Network } from '../../spec/index.ts';
import type { Issue } from '../../spec/issues/issue.ts';
import { ApiProblem, type ProblemDetail } from '../problems/problem.ts';

/** JSON is YAML, too: both are read by the parser that keeps places. RFC 9512 names YAML's type; the others are in use. */
const MEDIA_TYPES = ['application/json', 'application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];

/** Has the bodies of the routes that follow in this scope read as text. */
export function takeDescriptions(api: FastifyInstance): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser(MEDIA_TYPES, { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
}

/** Reads the description of a network that has a name already: that of the path it was sent to. */
export function readDescription(body: unknown, name: string): DescriptionResult {
  return parseDescription(textOf(body), 'the body', (value) => nameIssues(value, name));
}

/** The same, for routes that do something with it. @throws ApiProblem with every issue */
export function requireDescription(body: unknown, name: string): Network {
  const result = readDescription(body, name);
  if (result.ok) return result.network;
  const { issues } = result;
  throw new ApiProblem('INVALID_DESCRIPTION', {
    detail: `the description has ${issues.length === 1 ? 'an issue' : `${issues.length} issues`}. Nothing was started.`,
    errors: issues.map(detailOf),
    links: { schema: '/v1/schema' },
  });
}

/** The text of a description as it was sent; empty where there is no body. */
export function textOf(body: unknown): string {
  return typeof body === 'string' ? body : '';
}

export function detailOf({ path, pointer, message, reason, line, column, suggestion }: IssueReport): ProblemDetail {
  return {
    detail: path === '' ? message : `${path} ${message}`,
    reason,
    pointer,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function nameIssues(value: unknown, name: string): Issue[] {
  const found = isMapping(value) ? value['name'] : undefined;
  if (typeof found !== 'string' || found === name) return [];
  return [{ path: ['name'], message: `must be "${name}", the name in the path (found "${found}")` }];
}
