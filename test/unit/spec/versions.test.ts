import { describe, expect, test } from 'vitest';

import {
  completeDescription,
  readRecord,
  recordEntries,
  type NetworkRecord,
  type RecordResult,
} from '../../../src/spec/index.ts';
import { parseDescription } from '../../../src/description/yaml.ts';
import { described, describedChaincodes, issuesOf, networkOf } from './descriptions.ts';

describe('the version of a description', () => {
  test('fills in the version where none is given', () => {
    expect(networkOf(completeDescription(described()))).toHaveProperty('apiVersion', 'weft.dev/v1alpha1');
  });

  test('refuses another version, and says nothing else of a form that it does not know', () => {
    const later = described({ apiVersion: 'weft.dev/v2', colour: 'red', organizations: 'elsewhere' });
    expect(issuesOf(completeDescription(later))).toEqual([
      'apiVersion: must be weft.dev/v1alpha1, the only one that this version of Weft reads (found "weft.dev/v2")',
    ]);
  });

  test('refuses a version that is no text', () => {
    expect(issuesOf(completeDescription(described({ apiVersion: 1 })))).toEqual([
      'apiVersion: must be weft.dev/v1alpha1 (found 1)',
    ]);
  });
});

describe('fields of the user, whose names begin with x-', () => {
  test('drops fields that begin with x-, and keeps what their YAML anchors hold', () => {
    const text = [
      'x-small: &small { storage: 5Gi, resources: { requests: { cpu: 10m } } }',
      'name: net',
      'organizations:',
      '  - name: org0',
      '    orderers: [{ <<: *small, name: a }]',
    ].join('\n');
    const network = networkOf(parseDescription(text));
    expect(network).not.toHaveProperty('x-small');
    expect(network.organizations[0]?.orderers[0]).toMatchObject({
      storage: '5Gi',
      resources: { requests: { cpu: '10m' } },
    });
  });

  test('refuses fields that begin with x- below the top', () => {
    expect(issuesOf(completeDescription(described({}, { 'x-own': 1 })))[0]).toMatch(
      /^organizations\[0\]\.x-own: is not a known field/,
    );
  });
});

describe("a network's record", () => {
  const network = networkOf(completeDescription(describedChaincodes({})));

  const other = { ...network, name: 'other' };
  const recorded = (text: string): RecordResult => readRecord({ 'network.json': text });

  test.for<[string, NetworkRecord]>([
    ['has come to its end', { begun: network, applied: network }],
    ['has begun for the first time', { begun: network }],
    ['has begun to change a network', { begun: network, applied: other }],
  ])('reads the record of a run that %s as it was written', ([, record]) => {
    expect(readRecord(recordEntries(record))).toEqual({ ok: true, record });
  });

  test('reads a record from before runs said when they began', () => {
    expect(recorded(JSON.stringify(network))).toEqual({ ok: true, record: { begun: network, applied: network } });
  });

  test('reads a record from before descriptions had a version', () => {
    const { namespace, rolloutTimeoutSeconds } = network.kubernetes;
    const earlier = { ...network, apiVersion: undefined, kubernetes: { namespace, rolloutTimeoutSeconds } };
    expect(recorded(JSON.stringify(earlier))).toMatchObject({ ok: true, record: { begun: network } });
  });

  test('reads a record of a release that would be refused today: it could not get a better one otherwise', () => {
    const bad = { ...network, fabric: { ...network.fabric, version: '2.5.0' } };
    expect(completeDescription(bad).ok).toBe(false);
    expect(recorded(JSON.stringify(bad))).toEqual({ ok: true, record: { begun: bad, applied: bad } });
  });

  test.each([
    ['', /^\(network\.json\) is not valid JSON: /],
    ['{"name":', /^\(network\.json\) is not valid JSON: /],
    ['null', /is no description that this version of Weft reads: must be a mapping of fields/],
    [
      JSON.stringify({ ...network, apiVersion: 'weft.dev/v9' }),
      /is no description that this version of Weft reads: apiVersion must be weft\.dev\/v1alpha1, .* \(found "weft\.dev\/v9"\)$/,
    ],
    [
      JSON.stringify({ ...network, a: 1, b: 2, c: 3, d: 4, e: 5 }),
      /is no description .*: a is not a known field [^;]*; b [^;]*; c [^;]*; and 2 more$/,
    ],
  ])('gives the reason, and never a network, for a record that cannot be read: %s', (text, reason) => {
    expect(reasonOf(recorded(text))).toMatch(reason);
  });

  test('gives the reason where what was applied before cannot be read', () => {
    const entries = { ...recordEntries({ begun: network, applied: other }), 'applied.json': '{}' };
    expect(reasonOf(readRecord(entries))).toMatch(/^\(applied\.json\) is no description/);
  });

  test('does not take a state that it does not know for any other', () => {
    const entries = { ...recordEntries({ begun: network }), state: 'removing' };
    expect(reasonOf(readRecord(entries))).toBe('has the state "removing", which this version of Weft does not know');
  });
});

function reasonOf(result: RecordResult): string {
  return result.ok ? 'it was read' : result.reason;
}
