import { readFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

import { completeDescription, networkJsonSchema } from '../../../src/spec/index.ts';
import { described, describedChaincodes, describedChannel, networkOf } from './descriptions.ts';

const WITH_CHAINCODE = describedChaincodes({
  collections: [
    { name: 'assets', policy: "OR('Org1MSP.member')", endorsementPolicy: { signaturePolicy: "OR('Org1MSP.peer')" } },
  ],
});

describe('the JSON Schema', () => {
  const schema = z.fromJSONSchema(networkJsonSchema());

  test('accepts the test network, in short and in completed form', async () => {
    const example: unknown = parse(
      await readFile(new URL('../../../examples/test-network.yaml', import.meta.url), 'utf8'),
    );
    expect(schema.safeParse(example).success).toBe(true);
    expect(schema.safeParse(networkOf(completeDescription(example))).success).toBe(true);
  });

  test.each([
    ['channels and chaincodes', WITH_CHAINCODE],
    [
      'channels of organizations and nodes',
      describedChannel({ peers: ['org1', { organization: 'org2', peers: ['peer1'] }] }),
    ],
    ['a consensus with options', describedChannel({ consensus: { type: 'raft', electionTick: 20 } })],
    ['fields of the user', described({ 'x-own': { any: ['thing'] } })],
    ['a file of collections', describedChaincodes({ collections: 'collections.json' })],
  ])('accepts %s', (_, description) => {
    expect(schema.safeParse(description).error).toBeUndefined();
  });

  test('accepts channels and chaincodes in completed form', () => {
    expect(schema.safeParse(networkOf(completeDescription(WITH_CHAINCODE))).error).toBeUndefined();
  });

  test.each([
    ['another version', described({ apiVersion: 'weft.dev/v2' })],
    ['an unknown consensus', describedChannel({ consensus: 'pbft' })],
    ['an option of another consensus', describedChannel({ consensus: { type: 'raft', collectTimeout: '1s' } })],
    ['a version that is a number', describedChaincodes({ version: 1 })],
    ['an unknown field', described({ colour: 'red' })],
    ['a count in words', described({}, { peers: 'two' })],
    ['a name that is no DNS label', described({ name: 'Net_1' })],
    ['no name', { organizations: [{ name: 'org0', orderers: 1 }] }],
  ])('refuses %s', (_, description) => {
    expect(schema.safeParse(description).success).toBe(false);
  });

  test('says of every field what it is', () => {
    expect(undescribed(networkJsonSchema(), '')).toEqual([]);
  });
});

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Record<string, SchemaNode>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

function undescribed({ properties = {}, items, anyOf = [], oneOf = [] }: SchemaNode, path: string): string[] {
  const inner = [...(items === undefined ? [] : [items]), ...anyOf, ...oneOf];
  const fields = Object.entries(properties);
  return [
    ...fields.filter(([, field]) => field.description === undefined).map(([name]) => `${path}${name}`),
    ...fields.flatMap(([name, field]) => undescribed(field, `${path}${name}.`)),
    ...inner.flatMap((schema) => undescribed(schema, path)),
  ];
}
