import { describe, expect, test } from 'vitest';

import { completeDescription } from '../../../src/spec/index.ts';
import { parseDescription } from '../../../src/spec/yaml.ts';
import { networkOf } from './descriptions.ts';

const RUNS = 300;

/** Repeat a failure with WEFT_TEST_SEED=<the seed in its message>. */
const SEED = Number(process.env['WEFT_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

describe(`any description (seed ${SEED})`, () => {
  test('that is valid stays as it is once it is completed, as JSON and as YAML', () => {
    const random = randomFrom(SEED);
    for (let run = 0; run < RUNS; run += 1) {
      const network = networkOf(completeDescription(randomDescription(random)));
      expect(networkOf(completeDescription(network)), `seed ${SEED}, run ${run}`).toEqual(network);
      const asJson = JSON.stringify(network);
      expect(JSON.stringify(networkOf(parseDescription(asJson))), `seed ${SEED}, run ${run}`).toBe(asJson);
    }
  });

  test('that is spoilt is refused with the place, or valid, but never thrown at', () => {
    const random = randomFrom(SEED);
    for (let run = 0; run < RUNS; run += 1) {
      const description: unknown = structuredClone(networkOf(completeDescription(randomDescription(random))));
      const path = spoil(description, random);
      const result = completeDescription(description);
      const reported = result.ok || result.mistakes.some((mistake) => isNear(mistake.path, path));
      expect(reported, `seed ${SEED}, run ${run}: ${path} of ${JSON.stringify(description)}`).toBe(true);
    }
  });
});

/** At the place, in what was put there, or around it. */
function isNear(reported: string, spoilt: string): boolean {
  return reported !== '' && (reported.startsWith(spoilt) || spoilt.startsWith(reported));
}

type Random = () => number;

/** mulberry32: the same numbers from the same seed. */
function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pick<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}

function upTo(random: Random, most: number): number {
  return Math.floor(random() * (most + 1));
}

/** About half of the given fields. */
function some(random: Random, fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(() => random() < 0.5));
}

function randomDescription(random: Random): unknown {
  return {
    name: pick(random, ['net', 'a', 'supply-chain']),
    ...some(random, {
      fabric: some(random, {
        version: pick(random, ['2.5.0', '3.1.5']),
        caVersion: '1.5.21',
        registry: 'localhost:5000/fabric',
      }),
      kubernetes: some(random, {
        namespace: 'fabric',
        storageClass: 'fast',
        rolloutTimeoutSeconds: 1 + upTo(random, 900),
      }),
      certificates: some(random, { ca: '200000h', identity: `${1 + upTo(random, 8000)}h`, tls: '24h' }),
    }),
    organizations: Array.from({ length: 1 + upTo(random, 3) }, (_, at) => ({
      name: `org${at}`,
      ...some(random, {
        mspId: `Member${at}`,
        domain: `org${at}.net`,
        namespace: `ns${at}`,
        certificateAuthority: randomSettings(random),
      }),
      ...(at === 0 ? { orderers: 1 + upTo(random, 4) } : some(random, { orderers: upTo(random, 2) })),
      ...some(random, { peers: pick<unknown>(random, [upTo(random, 3), randomNodes(random)]) }),
    })),
  };
}

function randomNodes(random: Random): unknown[] {
  return Array.from({ length: upTo(random, 3) }, (_, at) => ({ name: `p${at}`, ...randomSettings(random) }));
}

function randomSettings(random: Random): Record<string, unknown> {
  return some(random, {
    storage: pick(random, ['1Gi', '500M', '2e9']),
    storageClass: 'slow',
    image: 'example.com/a/b:c',
    resources: some(random, { requests: { cpu: '10m' }, limits: { memory: '1Gi', 'example.com/hsm': '1' } }),
    environment: some(random, { FABRIC_LOGGING_SPEC: 'debug', A_B: '' }),
  });
}

/** Puts garbage somewhere in a description and says where. */
function spoil(description: unknown, random: Random): string {
  const garbage = pick<unknown>(random, [null, -1, 'Ä ö', [], {}, true, [[1]], { name: 3 }]);
  let here = description;
  let path = '';
  for (;;) {
    const entries: [string, unknown][] = Object.entries(here as object);
    const [key, value] = entries[upTo(random, entries.length - 1)] ?? ['more', undefined];
    path += Array.isArray(here) ? `[${key}]` : `${path === '' ? '' : '.'}${key}`;
    if (typeof value !== 'object' || value === null || random() < 0.3) {
      Reflect.set(here as object, key, garbage);
      return path;
    }
    here = value;
  }
}
