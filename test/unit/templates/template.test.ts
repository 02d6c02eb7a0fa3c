import { describe, expect, test } from 'vitest';

import { parse } from 'yaml';

import { fillTemplate, fillTemplateText, TemplateError, type TemplateVariables } from '../../../src/templates/index.ts';

function fill(text: string, variables: TemplateVariables = {}): unknown[] {
  return fillTemplate(text, variables, 'test.yaml').map(({ value }) => value);
}

function render(data: string, variables: TemplateVariables = {}): unknown {
  return (fill(data, variables)[0] as { data?: unknown }).data;
}

function issuesOf(text: string, variables: TemplateVariables = {}): readonly string[] {
  try {
    fill(text, variables);
  } catch (error) {
    if (error instanceof TemplateError) return error.issues;
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
    'cannot change the structure of a template with the value %j',
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

describe('what is wrong is told at its line', () => {
  test('when variables are missing, all at once', () => {
    expect(issuesOf(`data:\n  a: \${MISSING}\n  b: |\n    one\n    two \${ALSO_MISSING}\n`, { OTHER: 1 })).toEqual([
      'test.yaml:2: there is no value for ${MISSING}.',
      'test.yaml:5: there is no value for ${ALSO_MISSING}.',
    ]);
  });

  test('when a variable is named like something that every object has', () => {
    expect(issuesOf(`data: \${constructor}\n`)).toEqual(['test.yaml:1: there is no value for ${constructor}.']);
  });

  test('without one when a variable is not used', () => {
    expect(issuesOf('data: a\n', { OTHER: 1 })).toEqual(['test.yaml: ${OTHER} is given, but not used.']);
  });

  test('when a variable is given as undefined', () => {
    expect(issuesOf(`data: \${V}\n`, { V: undefined })).toEqual(['test.yaml:1: there is no value for ${V}.']);
  });

  test.each(['${a-b}', '${NAME:-default}', '${}', '${unclosed'])('when a placeholder is %s', (placeholder) => {
    expect(issuesOf(`data: x ${placeholder}\n`)).toEqual([
      'test.yaml:1: only ${NAME} is substituted; write $${ for a literal ${.',
    ]);
  });

  test.each([null, { a: 1 }, ['a']])('when the value %j stands in a text', (value) => {
    expect(issuesOf(`data: "x \${V}"\n`, { V: value })).toEqual([
      'test.yaml:1: the value of ${V} is no text; it can only stand alone, without quotes.',
    ]);
  });

  test('when two keys become one', () => {
    expect(issuesOf(`data:\n  a: 1\n  \${K}: 2\n`, { K: 'a' })).toEqual(['test.yaml:3: the key a is there twice.']);
  });

  test('when the YAML does not parse', () => {
    expect(issuesOf(`data: [1, 2\n`)).toEqual([
      expect.stringMatching(/^test\.yaml:2: Flow sequence in block collection must be/),
    ]);
  });
});

describe('a template', () => {
  test('may hold several documents, of which empty ones do not count, and tells where each begins', () => {
    const documents = fillTemplate('---\na: 1\n---\n# nothing\n---\na: 2\n---\n', {}, 't');

    expect(documents).toEqual([
      { value: { a: 1 }, line: 2 },
      { value: { a: 2 }, line: 6 },
    ]);
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

  test('may repeat by an alias what is filled in or removed', () => {
    const text = 'data:\n  a: &x ${V}\n  b: *x\n  c: &y ${W}\n  d: *y\n  e: [*y]';
    expect(render(text, { V: { n: 1 }, W: null })).toEqual({ a: { n: 1 }, b: { n: 1 }, e: [] });
  });

  test('may repeat a part by an alias', () => {
    expect(render('data:\n  a: &x { n: "${V}" }\n  b: *x', { V: 'v' })).toEqual({ a: { n: 'v' }, b: { n: 'v' } });
  });
});

describe('a template that is filled as a text', () => {
  test('keeps its comments, and is the same YAML', () => {
    const text = '# why\na: ${NAME} # here\nb: [x, "${OTHER}"]\n';
    const filled = fillTemplateText(text, { NAME: 'x: # "y"\n${NAME}', OTHER: '0123' }, 't.yaml');

    expect(parse(filled)).toEqual({ a: 'x: # "y"\n${NAME}', b: ['x', '0123'] });
    expect(filled).toBe('# why\na: "x: # \\"y\\"\\n${NAME}" # here\nb: [x, "0123"]\n');
  });

  // What YAML 1.1 reads otherwise than 1.2: Fabric's programs do.
  test.each(['yes', '0123', '1_000', '12:30', 'null', '~', ''])('quotes the string %j', (value) => {
    expect(fillTemplateText('a: ${V}\n', { V: value }, 't.yaml')).toBe(`a: "${value}"\n`);
  });

  test('keeps its documents apart', () => {
    const filled = fillTemplateText('# first\na: ${V}\n---\n# second\nb: 2\n', { V: 1 }, 't.yaml');

    expect(filled).toBe('# first\na: 1\n---\n# second\nb: 2\n');
  });
});
