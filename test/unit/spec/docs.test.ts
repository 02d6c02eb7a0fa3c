import { readFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import { issueInWords, networkJsonSchema } from '../../../src/spec/index.ts';
import { parseDescription } from '../../../src/description/yaml.ts';
import { issuesOf, networkOf } from './descriptions.ts';

const page = await readFile(new URL('../../../docs/description.md', import.meta.url), 'utf8');

describe('docs/description.md', () => {
  test('lists every field with what the JSON Schema says of it', () => {
    const rows = rowsOf(networkJsonSchema());
    const elsewhere = (path: string): boolean =>
      isSetting(path) || path.startsWith(CHANNEL) || path.startsWith(CHAINCODE);
    expect(section('fields')).toBe(table(rows.filter(({ path }) => !elsewhere(path))));
    expect(section('channels')).toBe(table(below(CHANNEL, rows)));
    expect(section('chaincodes')).toBe(table(below(CHAINCODE, rows)));
  });

  test('lists the settings of nodes, which are those of CAs as well but for name and address', () => {
    const rows = rowsOf(networkJsonSchema());
    const [ofOrderers, ofPeers, ofAuthorities] = ['orderers[].', 'peers[].', 'certificateAuthority.'].map((place) =>
      below(ORGANIZATION + place, rows),
    );
    expect(ofOrderers).toEqual(ofPeers);
    const ofNodesAlone = ['name', 'address'];
    expect(ofPeers?.filter(({ path }) => !ofNodesAlone.includes(path))).toEqual(ofAuthorities);
    expect(section('settings')).toBe(table(ofPeers ?? []));
  });

  test('shows descriptions that are valid', () => {
    const examples = blocks('yaml');
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(networkOf(parseDescription(example))).toHaveProperty('name');
  });

  test('begins with the example of the test network', async () => {
    const example = await readFile(new URL('../../../examples/test-network.yaml', import.meta.url), 'utf8');
    expect(networkOf(parseDescription(blocks('yaml')[0] ?? ''))).toEqual(networkOf(parseDescription(example)));
  });

  test('shows the issues of a bad description as Weft tells them', () => {
    const result = parseDescription(blocks('yaml bad')[0] ?? '');
    expect(issuesOf(result)).not.toEqual([]);
    const told = result.ok ? [] : result.issues.map(issueInWords);
    expect(section('issues')).toBe(['```', ...told, '```'].join('\n'));
  });
});

const ORGANIZATION = 'organizations[].';
const CHANNEL = 'channels[].';
const CHAINCODE = 'chaincodes[].';

function isSetting(path: string): boolean {
  return ['orderers[].', 'peers[].', 'certificateAuthority.'].some((place) => path.startsWith(ORGANIZATION + place));
}

/** What stands between `<!-- name: … -->` and `<!-- /name -->`. */
function section(name: string): string {
  return (
    new RegExp(`<!-- ${name}:[^>]*-->\\n([\\s\\S]*?)\\n?<!-- /${name} -->`).exec(page)?.[1]?.trim() ??
    `no section ${name}`
  );
}

function blocks(language: string): string[] {
  return [...page.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].flatMap(([, found, text]) =>
    found === language ? [text ?? ''] : [],
  );
}

interface Row {
  readonly path: string;
  readonly meaning: string;
}

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Record<string, SchemaNode>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

/** The fields of a mapping, of the mappings in a list, and of those that a short form may stand for, each once. */
function rowsOf(schema: SchemaNode): Row[] {
  const rows = rowsBelow(schema, '');
  return rows.filter(({ path }, at) => rows.findIndex((other) => other.path === path) === at);
}

function rowsBelow(
  { properties = {}, required = [], items, anyOf = [], oneOf = [] }: SchemaNode,
  place: string,
): Row[] {
  const fields = Object.entries(properties).flatMap(([name, field]) => {
    const path = place === '' ? name : `${place}.${name}`;
    const needed = required.includes(name) ? ' **Needed.**' : '';
    // A bare < would begin an HTML tag.
    const meaning = `${field.description ?? ''}${needed}`.replaceAll('<', '\\<');
    return [{ path, meaning }, ...rowsBelow(field, path)];
  });
  const forms = [...anyOf, ...oneOf].flatMap((form) => rowsBelow(form, place));
  return [...fields, ...(items === undefined ? [] : rowsBelow(items, `${place}[]`)), ...forms];
}

/** The rows of one part of the description, without its path. */
function below(place: string, rows: readonly Row[]): Row[] {
  return rows
    .filter(({ path }) => path.startsWith(place))
    .map(({ path, meaning }) => ({ path: path.slice(place.length), meaning }));
}

function table(rows: readonly Row[]): string {
  return ['| field | meaning |', '|---|---|', ...rows.map(({ path, meaning }) => `| \`${path}\` | ${meaning} |`)].join(
    '\n',
  );
}
