import { describe, expect, test } from 'vitest';

import { completeDescription } from '../../../src/spec/index.ts';
import { parseDescription } from '../../../src/description/yaml.ts';
import { networkOf } from './descriptions.ts';

const RUNS = 300;

/** Repeat a failure with WEFT_TEST_SEED=<the seed in its message>. */
const SEED = Number(process.env['WEFT_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

describe(`any description (seed ${SEED})`, () => {
  test('completes a completed description to itself, from JSON and from YAML', () => {
    const random = randomFrom(SEED);
    for (let run = 0; run < RUNS; run += 1) {
      const network = networkOf(completeDescription(randomDescription(random)));
      expect(networkOf(completeDescription(network)), `seed ${SEED}, run ${run}`).toEqual(network);
      const asJson = JSON.stringify(network);
      expect(JSON.stringify(networkOf(parseDescription(asJson))), `seed ${SEED}, run ${run}`).toBe(asJson);
    }
  });

  test('refuses a spoilt description with the place, and never throws', () => {
    const random = randomFrom(SEED);
    for (let run = 0; run < RUNS; run += 1) {
      const description: unknown = structuredClone(networkOf(completeDescription(randomDescription(random))));
      const path = spoil(description, random);
      const result = completeDescription(description);
      const reported =
        result.ok || result.issues.some((issue) => isNear(issue.path, path) || isLater(issue.path, path));
      expect(reported, `seed ${SEED}, run ${run}: ${path} of ${JSON.stringify(description)}`).toBe(true);
    }
  });
});

/** At the place, in what was put there, or around it. */
function isNear(reported: string, spoilt: string): boolean {
  return reported !== '' && (reported.startsWith(spoilt) || spoilt.startsWith(reported));
}

/** Each of them refers to what stands before it, so that an issue there may show here: a channel of an organization without peers. */
const IN_ORDER = ['channels', 'chaincodes'];

function isLater(reported: string, spoilt: string): boolean {
  const [one, other] = [reported, spoilt].map((path) => IN_ORDER.findIndex((part) => path.startsWith(part)));
  return one !== undefined && other !== undefined && one > other;
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
  const version = pick(random, ['2.4.0', '2.5.9', '3.1.5', 'nightly']);
  const isBft = version === '3.1.5' && random() < 0.5;
  const channels = ['c', 'my.channel-2'].slice(0, upTo(random, 2));
  return {
    ...some(random, { apiVersion: 'weft.dev/v1alpha1', 'x-own': { anything: [1] } }),
    name: pick(random, ['net', 'a', 'supply-chain']),
    fabric: { version, ...some(random, { caVersion: '1.5.21', registry: 'localhost:5000/fabric' }) },
    ...some(random, {
      kubernetes: some(random, {
        namespace: 'fabric',
        storageClass: 'fast',
        rolloutTimeoutSeconds: 1 + upTo(random, 900),
        clusterDomain: 'k8s.internal',
        imagePullSecrets: ['registry', 'mirror.example'].slice(upTo(random, 1)),
        podUser: pick<number | string>(random, [1000, 'assigned']),
        networkPolicies: pick<unknown>(random, [
          true,
          false,
          some(random, {
            workers: [{ namespace: 'weft' }],
            metrics: [{ labels: { app: 'vmagent' } }],
            externalPorts: [],
          }),
        ]),
      }),
      certificates: some(random, { ca: '200000h', identity: `${1 + upTo(random, 8000)}h`, tls: '24h' }),
    }),
    organizations: Array.from({ length: 1 + upTo(random, 3) }, (_, at) => ({
      name: `org${at}`,
      ...some(random, {
        mspId: `Member${at}`,
        domain: `org${at}.net`,
        cluster: pick(random, ['east', 'west']),
        namespace: `ns${at}`,
        certificateAuthority: randomSettings(random),
      }),
      // The first has what channels and chaincodes count on.
      ...(at === 0
        ? { mspId: 'Member0', orderers: 4 + upTo(random, 3), peers: 2 }
        : some(random, {
            orderers: upTo(random, 2),
            peers: pick<unknown>(random, [upTo(random, 3), randomNodes(random)]),
          })),
    })),
    ...(channels.length === 0
      ? {}
      : {
          channels: channels.map((name) => randomChannel(name, isBft, random)),
          ...some(random, { chaincodes: channels.map((channel) => randomChaincode(channel, random)) }),
        }),
  };
}

function randomChannel(name: string, isBft: boolean, random: Random): unknown {
  return {
    name,
    orderers: [pick<unknown>(random, ['org0', { organization: 'org0', ...some(random, { orderers: FOUR_ORDERERS }) }])],
    ...some(random, {
      peers: [
        pick<unknown>(random, [
          'org0',
          { organization: 'org0', peers: ['peer2'], ...some(random, { anchorPeers: pick(random, [[], ['peer2']]) }) },
        ]),
      ],
      batch: some(random, { timeout: '1s', maxMessageCount: 10, absoluteMaxBytes: '20 MB', preferredMaxBytes: '1m' }),
      policies: some(random, {
        application: some(random, { admins: 'ANY Admins', endorsement: 'ALL Endorsement' }),
        orderer: some(random, { blockValidation: 'ALL Writers' }),
      }),
      capabilities: some(random, { orderer: 'V2_0', application: 'V2_0' }),
    }),
    ...(isBft
      ? { consensus: pick<unknown>(random, ['bft', { type: 'bft', ...some(random, { requestPoolSize: 10 }) }]) }
      : some(random, {
          consensus: pick<unknown>(random, ['raft', { type: 'raft', ...some(random, { electionTick: 20 }) }]),
        })),
  };
}

function randomChaincode(channel: string, random: Random): unknown {
  const resources = { requests: { cpu: '10m' } };
  return {
    name: pick(random, ['basic', 'A_2']),
    channel,
    version: pick(random, ['1.0', 'v2']),
    ...(random() < 0.3
      ? { address: 'localhost:9999' }
      : {
          image: 'basic:1.0',
          ...some(random, { per: pick(random, ['peer', 'organization']), resources, environment: { A: 'b' } }),
        }),
    ...some(random, {
      endorsementPolicy: pick(random, ["OR('Member0.peer')", '/Channel/Application/Admins']),
      initRequired: true,
      tls: random() < 0.5,
      collections: [
        {
          name: 'assets',
          policy: "OR('Member0.member')",
          ...some(random, {
            requiredPeerCount: upTo(random, 1),
            blockToLive: 3,
            memberOnlyRead: false,
            endorsementPolicy: pick<unknown>(random, [
              { signaturePolicy: "AND('Member0.peer')" },
              { channelConfigPolicy: '/Channel/Application/Endorsement' },
            ]),
          }),
        },
      ],
    }),
  };
}

const FOUR_ORDERERS = ['orderer4', 'orderer1', 'orderer2', 'orderer3'];

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
