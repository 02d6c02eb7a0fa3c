import { describe, expect, test } from 'vitest';

import { issueInWords, type IssueReason } from '../../../src/spec/index.ts';
import { parseDescription } from '../../../src/description/yaml.ts';

const TEXT = `name: net
fabric:
  version: 2.5
organizations:
  - name: org0
    orderers:
      - name: a
      - &second { name: a, storge: 1Gi }
  - peers: two
    mspId: Org0MSP
  - *second
`;

const NET = 'name: net\norganizations: [{ name: org0, orderers: 1 }, { name: org1, peers: 1 }]\n';

describe('issues in YAML', () => {
  test('tells issues with line and column, in the order of the text', () => {
    expect(lines(TEXT)).toEqual([
      '3:12 fabric.version must be a text (found 2.5): write it in quotes',
      '8:25 organizations[0].orderers[1].name "a" is already the name of organizations[0].orderers[0]: a node needs a name of its own in its organization',
      '8:28 organizations[0].orderers[1].storge is not a known field; did you mean "storage"?',
      '8:28 organizations[2].storge is not a known field (known here: name, mspId, domain, cluster, namespace, certificateAuthority, orderers, peers)',
      '9:5 organizations[1].name is missing',
      '9:12 organizations[1].peers must be a whole number from 0 to 100, or a list of nodes (found "two")',
      '10:12 organizations[1].mspId "Org0MSP" is already the MSP ID of organizations[0]: Fabric would take the two organizations for one',
    ]);
  });

  test.each<[IssueReason, string]>([
    ['NOT_YAML', 'name: [net'],
    ['NOT_YAML', `${NET}---\nname: other\n`],
    ['MISSING', ''],
    ['MISSING', 'organizations: [{ name: org0, orderers: 1 }]\n'],
    ['MISSING', `${NET}channels: [{ name: c }]\nchaincodes: [{ name: basic, channel: c, version: "1" }]\n`],
    ['UNKNOWN_FIELD', `${NET}chanels: []\n`],
    ['UNKNOWN_NAME', `${NET}channels: [{ name: c, peers: [org2] }]\n`],
    ['UNKNOWN_NAME', `${NET}channels: [{ name: c }]\nchaincodes: [{ name: b, channel: d, version: "1", image: i }]\n`],
    ['NAME_TAKEN', 'name: net\norganizations: [{ name: org0, orderers: 1 }, { name: org0, peers: 1 }]\n'],
    ['NAME_TAKEN', NET.replace('peers: 1', 'peers: [{ name: ca }]')],
    ['TOO_LARGE', `${NET}# ${'x'.repeat(2_000_000)}`],
    ['TOO_LARGE', `${NET}x-deep: ${'['.repeat(100)}${']'.repeat(100)}`],
    ['UNSUPPORTED_RELEASE', `${NET}fabric: { version: 1.4.0 }\n`],
    ['UNSUPPORTED_RELEASE', `apiVersion: weft.dev/v9\n${NET}`],
    ['INVALID_VALUE', NET.replace('peers: 1', 'peers: -1')],
    ['DOUBTFUL', NET.replace('orderers: 1', 'orderers: 2')],
  ])('are %s for programs (%#)', (reason, text) => {
    const result = parseDescription(text);
    const reports = result.ok ? result.warnings : result.issues;
    expect(reports.map((report) => report.reason)).toContain(reason);
  });

  test('gives the word that was probably meant, for editors', () => {
    const result = parseDescription('name: net\norganizations: [{ name: org0, orderrs: 1 }]');
    expect(result).toEqual({
      ok: false,
      issues: [
        {
          path: 'organizations[0].orderrs',
          pointer: '/organizations/0/orderrs',
          reason: 'UNKNOWN_FIELD',
          message: 'is not a known field; did you mean "orderers"?',
          suggestion: 'orderers',
          line: 2,
          column: 31,
        },
      ],
    });
  });

  test('points at fields whose names have the signs of a JSON Pointer in them', () => {
    const result = parseDescription('name: net\n"a/b~c": 1\norganizations: []\n');
    expect(result.ok ? [] : result.issues.map(({ pointer }) => pointer)).toContain('/a~1b~0c');
  });

  test.each([
    ['an empty text', '', 'network.yaml is empty'],
    ['nothing but a comment', '# nothing yet\n', 'network.yaml is empty'],
    [
      'a text that is no YAML',
      'name: [a',
      '1:9 is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['a field that stands twice', 'name: a\nname: b', '2:1 is not valid YAML: Map keys must be unique'],
    [
      'an alias of nothing',
      'name: *x',
      'is not valid YAML: Unresolved alias (the anchor must be set before the alias): x',
    ],
    ['a second document', 'name: a\n---\nname: b', '2:1 begins a second document: a file describes one network'],
    ['an alias within what it stands for', 'name: &a [*a]', 'has an alias within the value that it stands for'],
    ['UTF-16 read as UTF-8', 'n\0a\0m\0e\0', 'network.yaml is no UTF-8 text: save it as UTF-8'],
    ['a list', '- name: net', '1:1 must be a mapping of fields (found a list)'],
  ])('tells what is wrong with the text as a whole: %s', (_, text, issue) => {
    expect(lines(text)).toContain(issue);
  });

  test('tells at most ten issues of syntax, however broken the text is', () => {
    expect(lines('['.repeat(20_000)).length).toBeLessThanOrEqual(10);
  });

  test('gives warnings their position as well', () => {
    const result = parseDescription('name: net\norganizations:\n  - { name: org0, orderers: 2 }');
    expect(result.ok && result.warnings.map(issueInWords)).toEqual([
      '3:3 organizations have 2 orderers, which survive the loss of 0, as 1 would: a Raft cluster wants an odd number',
    ]);
  });
});

function lines(text: string): string[] {
  const result = parseDescription(text, 'network.yaml');
  return result.ok ? [] : result.issues.map(issueInWords);
}
