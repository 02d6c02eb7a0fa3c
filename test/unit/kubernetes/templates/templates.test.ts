import { describe, expect, test } from 'vitest';

import {
  loadTemplate,
  renderTemplate,
  TemplateError,
  type TemplateVariables,
} from '../../../../src/kubernetes/templates/templates.ts';

const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';

function render(data: string, variables: TemplateVariables = {}): unknown {
  return renderTemplate(`${HEAD}${data}`, variables, 'test.yaml')[0]?.['data'];
}

function mistakesOf(text: string, variables: TemplateVariables = {}): readonly string[] {
  try {
    renderTemplate(text, variables, 'test.yaml');
  } catch (error) {
    if (error instanceof TemplateError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('a placeholder', () => {
  test.each([
    { yaml: 'data: {a: "${NAME}"}', value: 'org1', expected: { a: 'org1' } },
    { yaml: 'data:\n  a: ${NAME}', value: 'org1', expected: { a: 'org1' } },
    { yaml: 'data:\n  a: x-${NAME}-${NAME}', value: 'org1', expected: { a: 'x-org1-org1' } },
    { yaml: 'data:\n  ${NAME}.pem: a', value: 'org1', expected: { 'org1.pem': 'a' } },
    { yaml: 'data:\n  - ${NAME}', value: 'org1', expected: ['org1'] },
    { yaml: 'data: |\n  one\n  two ${NAME}\n', value: 'org1', expected: 'one\ntwo org1\n' },
    { yaml: "data: '${NAME}'", value: "it's", expected: "it's" },
  ])('in $yaml is filled with $value', ({ yaml, value, expected }) => {
    expect(render(yaml, { NAME: value })).toEqual(expected);
  });

  test.each(['a: b', '"', "'", 'x\n  injected: true', '- 1', '{a: b}', '*alias', '${OTHER}', '$&', 'true', '12', ''])(
    'cannot change the structure of a manifest with the value %j',
    (value) => {
      expect(render('data:\n  plain: ${V}\n  quoted: "${V}"\n  inside: <${V}>', { V: value })).toEqual({
        plain: value,
        quoted: value,
        inside: `<${value}>`,
      });
    },
  );

  test.each([7050, true, ['a'], { cpu: '50m' }, {}, [], 0, false])(
    'that stands alone takes the value %j as it is',
    (value) => {
      expect(render('data: ${V}', { V: value })).toEqual(value);
    },
  );

  test('between quotes or in a longer text turns a number into text', () => {
    expect(render('data:\n  a: "${PORT}"\n  b: 0.0.0.0:${PORT}\n  c: "${FLAG}"', { PORT: 7050, FLAG: true })).toEqual({
      a: '7050',
      b: '0.0.0.0:7050',
      c: 'true',
    });
  });

  test('that stands alone removes its entry with null', () => {
    expect(render('data:\n  class: ${CLASS}\n  list: [1, "x"]', { CLASS: null })).toEqual({ list: [1, 'x'] });
    expect(render('data:\n  - ${CLASS}\n  - a', { CLASS: null })).toEqual(['a']);
  });

  test('with two dollars is a literal', () => {
    expect(render('data:\n  a: $${NAME}\n  b: "$${NAME} ${NAME}"', { NAME: 'x' })).toEqual({
      a: '${NAME}',
      b: '${NAME} x',
    });
  });

  test('without braces is no placeholder', () => {
    expect(render('data: "$NAME $(NAME) $"')).toBe('$NAME $(NAME) $');
  });

  test('in a comment is ignored', () => {
    expect(render('data: {a: b} # ${UNKNOWN}')).toEqual({ a: 'b' });
  });
});

describe('a mistake is told at its line', () => {
  test('when variables are missing, all at once', () => {
    expect(
      mistakesOf(`${HEAD}data:\n  a: \${MISSING}\n  b: |\n    one\n    two \${ALSO_MISSING}\n`, { OTHER: 1 }),
    ).toEqual([
      'test.yaml:6: there is no value for ${MISSING}.',
      'test.yaml:9: there is no value for ${ALSO_MISSING}.',
    ]);
  });

  test('when a variable is named like something that every object has', () => {
    expect(mistakesOf(`${HEAD}data: \${constructor}\n`)).toEqual([
      'test.yaml:5: there is no value for ${constructor}.',
    ]);
  });

  test('when a variable is given as undefined', () => {
    expect(mistakesOf(`${HEAD}data: \${V}\n`, { V: undefined })).toEqual(['test.yaml:5: there is no value for ${V}.']);
  });

  test.each(['${a-b}', '${NAME:-default}', '${}', '${unclosed'])('when a placeholder is %s', (placeholder) => {
    expect(mistakesOf(`${HEAD}data: x ${placeholder}\n`)).toEqual([
      'test.yaml:5: only ${NAME} is substituted; write $${ for a literal ${.',
    ]);
  });

  test.each([null, { a: 1 }, ['a']])('when the value %j stands in a text', (value) => {
    expect(mistakesOf(`${HEAD}data: "x \${V}"\n`, { V: value })).toEqual([
      'test.yaml:5: the value of ${V} is no text; it can only stand alone, without quotes.',
    ]);
  });

  test('when two keys become one', () => {
    expect(mistakesOf(`${HEAD}data:\n  a: 1\n  \${K}: 2\n`, { K: 'a' })).toEqual([
      'test.yaml:7: the key a is there twice.',
    ]);
  });

  test('when the YAML does not parse', () => {
    expect(mistakesOf(`${HEAD}data: [1, 2\n`)).toEqual([
      expect.stringMatching(/^test\.yaml:6: Flow sequence in block collection must be/),
    ]);
  });

  test.each([
    { text: 'just a text', fact: 'it is no mapping' },
    { text: 'a: 1', fact: 'it has no apiVersion and no kind' },
    { text: 'apiVersion: v1\nkind: Secret', fact: 'it has no metadata.name' },
  ])('when a document is no Kubernetes object: $fact', ({ text, fact }) => {
    expect(mistakesOf(`${HEAD}---\n${text}\n`)).toEqual([
      `test.yaml:6: this document is no Kubernetes object: ${fact}.`,
    ]);
  });
});

describe('a template', () => {
  test('may hold several documents, and empty ones do not count', () => {
    const objects = renderTemplate(
      `---\n${HEAD}---\n# nothing\n---\n${HEAD.replace('name: a', 'name: b')}---\n`,
      {},
      't',
    );

    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
  });

  test('reads file modes as kubectl does', () => {
    expect(render('data: {a: 0440, b: 0, c: 10, d: "0440", e: 0o17}')).toEqual({
      a: 0o440,
      b: 0,
      c: 10,
      d: '0440',
      e: 15,
    });
  });

  test('keeps fields that no typed model knows', () => {
    expect(render('data: {notARealField: {weird: [1]}}')).toEqual({ notARealField: { weird: [1] } });
  });

  test('may repeat a part by an alias', () => {
    expect(render('data:\n  a: &x { n: "${V}" }\n  b: *x', { V: 'v' })).toEqual({ a: { n: 'v' }, b: { n: 'v' } });
  });

  test('of kube/ is found by its name', async () => {
    const [namespace] = renderTemplate(
      await loadTemplate('namespace.yaml'),
      { NAMESPACE: 'test', NETWORK: 'test-network' },
      'namespace.yaml',
    );

    expect(namespace).toMatchObject({
      kind: 'Namespace',
      metadata: {
        name: 'test',
        labels: { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'test-network' },
      },
    });
  });
});
