import { readFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import { mistakeInWords, networkJsonSchema } from '../../../src/spec/index.ts';
import { parseDescription } from '../../../src/spec/yaml.ts';
import { mistakesOf, networkOf } from './descriptions.ts';

const page = await readFile(new URL('../../../docs/description.md', import.meta.url), 'utf8');

describe('docs/description.md', () => {
  test('lists every field with what the JSON Schema says of it', () => {
    expect(section('fields')).toBe(table(rowsOf(networkJsonSchema()).filter(({ path }) => !isSetting(path))));
  });

  test('lists the settings of nodes and CAs, which are the same', () => {
    const rows = rowsOf(networkJsonSchema());
    const [ofOrderers, ofPeers, ofAuthorities] = ['orderers[].', 'peers[].', 'certificateAuthority.'].map((place) =>
      rows.flatMap(({ path, ...row }) =>
        path.startsWith(ORGANIZATION + place) ? [{ ...row, path: path.slice((ORGANIZATION + place).length) }] : [],
      ),
    );
    expect(ofOrderers).toEqual(ofPeers);
    expect(ofPeers?.filter(({ path }) => path !== 'name')).toEqual(ofAuthorities);
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

  test('shows the mistakes of a bad description as they are told', () => {
    const result = parseDescription(blocks('yaml bad')[0] ?? '');
    expect(mistakesOf(result)).not.toEqual([]);
    const told = result.ok ? [] : result.mistakes.map(mistakeInWords);
    expect(section('mistakes')).toBe(['```', ...told, '```'].join('\n'));
  });
});

const ORGANIZATION = 'organizations[].';

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
}

function rowsOf({ properties = {}, required = [] }: SchemaNode, prefix = ''): Row[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const list = field.items ?? field.anyOf?.find(({ items }) => items !== undefined)?.items;
    const needed = required.includes(name) ? ' **Needed.**' : '';
    // A bare < would begin an HTML tag.
    const meaning = `${field.description ?? ''}${needed}`.replaceAll('<', '\\<');
    const row = { path: `${prefix}${name}`, meaning };
    return [row, ...(list === undefined ? rowsOf(field, `${prefix}${name}.`) : rowsOf(list, `${prefix}${name}[].`))];
  });
}

function table(rows: readonly Row[]): string {
  return ['| field | meaning |', '|---|---|', ...rows.map(({ path, meaning }) => `| \`${path}\` | ${meaning} |`)].join(
    '\n',
  );
}
