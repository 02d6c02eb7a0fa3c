import { describe, expect, test } from 'vitest';

import { completeDescription, issueInWords } from '../../../src/spec/index.ts';
import { parseDescription } from '../../../src/description/yaml.ts';
import { described, describedChannel, issuesOf, networkOf } from './descriptions.ts';

describe('a description that is too large', () => {
  test.each([
    [
      'organizations',
      { name: 'net', organizations: many(501, (at) => ({ name: `org${at}`, orderers: 1 })) },
      'organizations: must name at most 500 organizations (found a list)',
    ],
    [
      'nodes of a kind in an organization',
      described({}, { orderers: many(101, (at) => ({ name: `o${at}` })) }),
      'organizations[0].orderers: must name at most 100 nodes (found a list)',
    ],
    [
      'nodes',
      { name: 'net', organizations: many(21, (at) => ({ name: `org${at}`, orderers: 1, peers: 100 })) },
      'organizations: have 2121 nodes: a network has at most 2000',
    ],
    [
      'channels',
      describedChannel({}, { channels: many(101, (at) => ({ name: `c${at}` })) }),
      'channels: must be at most 100 channels (found a list)',
    ],
    [
      'chaincodes',
      describedChannel({}, { chaincodes: many(501, chaincode) }),
      'chaincodes: must be at most 500 chaincodes (found a list)',
    ],
    [
      'servers of chaincodes',
      {
        name: 'net',
        organizations: [{ name: 'org0', orderers: 1 }, ...many(19, (at) => ({ name: `org${at + 1}`, peers: 100 }))],
        channels: [{ name: 'mychannel' }],
        chaincodes: many(3, (at) => ({ ...chaincode(at), per: 'peer' })),
      },
      'chaincodes: need 5700 servers: a network has at most 5000',
    ],
    [
      'characters in completed form',
      described({}, { orderers: [{ name: 'o', environment: { LONG: 'x'.repeat(900_000) } }] }),
      /^: has 90\d{4} characters in its completed form: at most 900000 can be kept in the cluster$/,
    ],
  ])('refuses a description with too many %s, and says the limit', (_, description, issue) => {
    expect(issuesOf(completeDescription(description))).toEqual([
      typeof issue === 'string' ? issue : expect.stringMatching(issue),
    ]);
  });

  const tooDeep = 'is nested too deep: mappings and lists may be within each other 100 levels deep at most';

  test.each([
    ['lists', `x-a: ${'['.repeat(500_000)}${']'.repeat(500_000)}`, `1:106 ${tooDeep}`],
    ['lists that do not end', `x-a: ${'['.repeat(500_000)}`, `1:106 ${tooDeep}`],
    ['lists in lines of their own', `x-a:\n  ${'- '.repeat(500_000)}1`, `2:202 ${tooDeep}`],
    ['mappings in JSON', `${'{"x-a":'.repeat(200_000)}1${'}'.repeat(200_000)}`, `1:702 ${tooDeep}`],
    ['mappings in lines of their own', many(1_000, (at) => `${' '.repeat(at)}x-a:`).join('\n'), `101:105 ${tooDeep}`],
    ['aliases, each within the next', aliases(101, (one) => `[${one}]`), tooDeep],
    [
      'aliases that are many times the text',
      aliases(20, (one) => `[${Array.from({ length: 10 }, () => one).join(', ')}]`),
      'is too long with everything that its aliases stand for in their places: a description has at most 2000000 characters',
    ],
    [
      'merged mappings that are many times the text',
      `x-b: &b { A: ${'x'.repeat(10_000)} }\nx-a:\n${'  - { <<: *b }\n'.repeat(1_000)}`,
      'is too long with everything that its aliases stand for in their places: a description has at most 2000000 characters',
    ],
    [
      'aliases',
      `x-b: &b 1\nx-a:\n${'  - *b\n'.repeat(10_000)}`,
      'has 10001 anchors and aliases: a description has at most 10000',
    ],
  ])('refuses a text whose nesting or aliases have no end, and says the limit: %s', (_, text, issue) => {
    const result = parseDescription(text);
    expect(result.ok ? [] : result.issues.map(issueInWords)).toEqual([issue]);
  });

  test('reads a text of as many levels as there may be, and as many uses of one anchor as there are nodes', () => {
    const peers = '*peer, '.repeat(99);
    const text = `x-deep: ${'['.repeat(99)}${']'.repeat(99)}
x-peer: &peer { resources: { requests: { cpu: 100m } } }
x-peers: [${peers.repeat(20)}]
name: net
organizations: [{ name: org0, orderers: 1 }]
`;
    expect(parseDescription(text)).toMatchObject({ ok: true });
  });

  test('takes work that grows with the text and no faster to find fields that stand twice', () => {
    const environment = many(20_000, (at) => `V${at}: "1"`).join(', ');
    const text = `name: net\norganizations: [{ name: o, orderers: [{ name: a, environment: {${environment}, V7: "2"} }] }]`;
    const before = process.threadCpuUsage();
    expect(parseDescription(text)).toMatchObject({
      issues: [{ line: 2, message: 'is not valid YAML: Map keys must be unique' }],
    });
    const { user } = process.threadCpuUsage(before);
    // In microseconds of this thread alone. Comparing each with all others took 5 seconds.
    expect(user).toBeLessThan(2_500_000);
  });

  test('refuses a text that is too long before it is parsed', () => {
    expect(issuesOf(parseDescription(`# ${'x'.repeat(2_000_000)}`, 'network.yaml'))).toEqual([
      ': network.yaml has 2000002 characters: a description has at most 2000000',
    ]);
  });
});

describe('a description of the largest size', () => {
  test('completes a description of the largest size', () => {
    const largest = {
      name: 'net',
      organizations: [{ name: 'org0', orderers: 100 }, ...many(19, (at) => ({ name: `org${at + 1}`, peers: 100 }))],
      channels: many(2, (at) => ({ name: `c${at}` })),
      chaincodes: many(200, (at) => ({ ...chaincode(at), channel: 'c0' })),
    };
    expect(networkOf(completeDescription(largest)).organizations).toHaveLength(20);
  });
});

describe('very many issues', () => {
  const more = ': has more issues than these 100, which are told when these are gone';

  test.each([
    ['misspelt fields', described(Object.fromEntries(many(5000, (at) => [`organisation${at}`, 1])))],
    ['items of another type', { name: 'net', organizations: many(400, (at) => at) }],
    ['names of organizations', describedChannel({ peers: many(5000, (at) => `orgg${at}`) })],
    ['names of nodes', describedChannel({ peers: [{ organization: 'org1', peers: many(5000, (at) => `per${at}`) }] })],
    ['members of a policy', describedChannel({ policies: { application: { admins: anyOf(500) } } })],
    [
      'duplicates',
      described(
        {},
        { peers: many(100, () => ({ name: 'p' })) },
        { name: 'b', peers: many(100, () => ({ name: 'p' })) },
      ),
    ],
  ])('tells the first hundred issues in a message of bounded size: %s', (_, description) => {
    for (const result of [completeDescription(description), parseDescription(JSON.stringify(description))]) {
      const issues = issuesOf(result);
      expect(issues).toHaveLength(101);
      expect(issues.at(-1)).toBe(more);
      expect(issues.join('\n').length).toBeLessThan(50_000);
    }
  });

  test('tells issues of long names in few words', () => {
    const long = 'x'.repeat(5_000);
    const description = describedChannel(
      { policies: { application: { admins: long, readers: `OR('${long}.peer')`, writers: `/${long}` } } },
      { [long]: 1, name: long },
    );
    for (const issue of issuesOf(completeDescription(description))) expect(issue.length).toBeLessThan(500);
  });

  test('lists only some of many names to choose from', () => {
    const organizations = [{ name: 'org0', orderers: 1 }, ...many(50, (at) => ({ name: `org${at + 1}`, peers: 1 }))];
    expect(issuesOf(completeDescription(describedChannel({ peers: ['nobody'] }, { organizations })))).toEqual([
      'channels[0].peers[0]: "nobody" is no organization (there are: org0, org1, org2, org3, org4, org5, org6, org7, org8, org9 and 41 more)',
    ]);
  });

  test('takes little work to look for what was meant by many unknown names', () => {
    const organizations = many(400, (at) => ({ name: `organization${at}-${'x'.repeat(25)}`, orderers: 1 }));
    const description = {
      name: 'net',
      organizations,
      channels: [{ name: 'c', orderers: ['nobody'], peers: many(200, (at) => `unknown${at}-${'x'.repeat(240)}`) }],
    };
    const before = process.threadCpuUsage();
    expect(issuesOf(completeDescription(description))).toHaveLength(101);
    const { user } = process.threadCpuUsage(before);
    // In microseconds of this thread alone. Searching all names for all that was meant took 18 seconds.
    expect(user).toBeLessThan(3_000_000);
  });
});

function many<T>(count: number, one: (position: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => one(at));
}

/** A list of values, each with an anchor and made of the one before. */
function aliases(count: number, next: (alias: string) => string): string {
  return `x-a:\n  - &a0 [1]\n${many(count, (at) => `  - &a${at + 1} ${next(`*a${at}`)}`).join('\n')}`;
}

function chaincode(position: number): Record<string, unknown> {
  return { name: `cc${position}`, version: '1.0', image: 'basic:1.0' };
}

function anyOf(count: number): string {
  return `OR(${many(count, (at) => `'Nobody${at}.peer'`).join(',')})`;
}
