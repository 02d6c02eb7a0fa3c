import { describe, expect, it } from 'vitest';

import { networkJsonSchema } from '../../../src/spec/index.ts';
import { suggestionsAt, typingPlace } from '../../../src/web/model/completion.ts';
import { describedName, planGroups } from '../../../src/web/model/plan.ts';

const schema = networkJsonSchema();

/** What is suggested where a text ends. */
function suggested(before: string): string[] {
  return suggestionsAt(schema, typingPlace(before)).map(({ label }) => label);
}

describe('the place where something is typed', () => {
  it.each([
    ['na', { path: [], valueOf: undefined, typed: 'na' }],
    ['fabric:\n  ver', { path: ['fabric'], valueOf: undefined, typed: 'ver' }],
    [
      'organizations:\n  - name: org1\n    peers:\n      - na',
      { path: ['organizations', 'peers'], valueOf: undefined, typed: 'na' },
    ],
    ['organizations:\n  - name: org1\n    pe', { path: ['organizations'], valueOf: undefined, typed: 'pe' }],
    ['organizations:\n  - { name: org1, pe', { path: ['organizations'], valueOf: undefined, typed: 'pe' }],
    ['channels:\n  - { consensus: { type: b', { path: ['channels', 'consensus'], valueOf: 'type', typed: 'b' }],
    ['channels:\n  - { consensus: { type: bft }, na', { path: ['channels'], valueOf: undefined, typed: 'na' }],
    ['fabric:\n  version: 2.5.0\n\n# later\nchan', { path: [], valueOf: undefined, typed: 'chan' }],
  ])('is found in %j', (before, place) => {
    expect(typingPlace(before)).toEqual(place);
  });
});

describe('what is suggested', () => {
  it('is the fields of the mapping, whatever form it is written in', () => {
    expect(suggested('')).toEqual(expect.arrayContaining(['name', 'organizations', 'channels']));
    expect(suggested('organizations:\n  - { ')).toEqual(expect.arrayContaining(['mspId', 'peers']));
    expect(suggested('organizations:\n  - name: a\n    peers:\n      - ')).toEqual(expect.arrayContaining(['storage']));
    expect(suggested('organizations:\n  - { ')).not.toContain('chaincodes');
  });

  it('is the values of a field that has only some', () => {
    expect(suggested('channels:\n  - { consensus: { type: ')).toEqual(expect.arrayContaining(['raft', 'bft']));
    expect(suggested('name: ')).toEqual([]);
  });

  it('comes with what the field is for', () => {
    const [name] = suggestionsAt(schema, { path: [], valueOf: undefined }).filter(({ label }) => label === 'name');
    expect(name?.info).toBe('Name of the network.');
  });
});

describe('a plan', () => {
  it('tells what is removed before what is changed and what is created, and leaves out what there is nothing of', () => {
    const step = (outcome: string): Parameters<typeof planGroups>[0][number] => ({
      ...{ step: 'applyDeployment', target: `org1/${outcome}`, reason: '' },
      outcome,
    });
    expect(planGroups([step('created'), step('removed')]).map(({ sign, steps }) => [sign, steps.length])).toEqual([
      ['-', 1],
      ['+', 1],
    ]);
  });
});

describe('the name in a description', () => {
  it.each([
    ['name: net\n', 'net'],
    ['# x\nname: "my-net" # why\n', 'my-net'],
    ['organizations:\n  - name: org1\n', undefined],
    ['name:\n', undefined],
  ])('of %j is %s', (text, name) => {
    expect(describedName(text)).toBe(name);
  });
});
