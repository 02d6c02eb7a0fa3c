import type { Capabilities, Consensus, NodeKind } from './network.ts';

/** A line of Fabric releases, e.g. 2.5. */
export interface Release {
  readonly major: number;
  readonly minor: number;
}

/** The release that an image tag names; `3` is the newest of its kind. Undefined for a tag that is no version, such as `nightly`. */
export function releaseOf(tag: string): Release | undefined {
  const [, major, minor = Number.POSITIVE_INFINITY] = /^(\d+)(?:\.(\d+))?(?=[.+-]|$)/.exec(tag) ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

export function isBefore(one: Release, other: Release): boolean {
  return one.major < other.major || (one.major === other.major && one.minor < other.minor);
}

/** Whether an image tag is certainly of an older release: one that is no version gets the benefit of the doubt. */
export function isOlder(tag: string, release: Release): boolean {
  const found = releaseOf(tag);
  return found !== undefined && isBefore(found, release);
}

/**
 * The lines of Fabric releases that Weft knows. The ccaas builder is in the peer image since 2.4.1, and orderers start without a system
 * channel since 2.3.
 */
export const KNOWN_RELEASES = [
  { major: 2, minor: 4 },
  { major: 2, minor: 5 },
  { major: 3, minor: 0 },
  { major: 3, minor: 1 },
] as const satisfies readonly Release[];

/** The release that a tag names if it is of a known line; `3` alone is the newest of its kind. */
export function knownReleaseOf(tag: string): Release | undefined {
  const release = releaseOf(tag);
  const isKnown = KNOWN_RELEASES.some(
    ({ major, minor }) => major === release?.major && (minor === release.minor || !Number.isFinite(release.minor)),
  );
  return isKnown ? release : undefined;
}

const ORDERER_DEADLOCK = 'an orderer of it can stop for good when it restarts. 2.5.3 and later do not';

/** Releases that do not work, by what their own release notes say of them later. */
export const BAD_RELEASES: readonly {
  readonly tag: string;
  readonly kind: NodeKind;
  /** Why, and which to take instead. */
  readonly fact: string;
}[] = [
  // fabric release_notes/v2.5.3.md, hyperledger/fabric#4199
  { tag: '2.5.0', kind: 'orderer', fact: ORDERER_DEADLOCK },
  { tag: '2.5.1', kind: 'orderer', fact: ORDERER_DEADLOCK },
  { tag: '2.5.2', kind: 'orderer', fact: ORDERER_DEADLOCK },
  // fabric release_notes/v3.1.3.md
  { tag: '3.1.2', kind: 'orderer', fact: 'its orderer image lacks sampleconfig/msp, and may not start. 3.1.3 has it' },
];

/** `2.5.9` of `registry.example.com:5000/fabric-peer:2.5.9`; empty without a tag, or with a digest alone. */
export function tagOf(image: string): string {
  const [name = ''] = image.split('@', 1);
  return /:([^/:]+)$/.exec(name)?.[1] ?? '';
}

/** `2.5` */
export function releaseInWords({ major, minor }: Release): string {
  return `${major}.${minor}`;
}

/**
 * The capability levels that a channel can have, and the first Fabric release that knows each (fabric common/capabilities). Levels
 * below V2_0 lack the chaincode lifecycle that Weft deploys with.
 */
export const CAPABILITY_LEVELS = {
  channel: { V2_0: { major: 2, minor: 0 }, V3_0: { major: 3, minor: 0 } },
  orderer: { V2_0: { major: 2, minor: 0 } },
  application: { V2_0: { major: 2, minor: 0 }, V2_5: { major: 2, minor: 5 } },
} as const satisfies Record<keyof Capabilities, Record<string, Release>>;

/** SmartBFT came with V3_0, and configtxgen refuses it on a channel without (fabric internal/configtxgen/encoder, NewOrdererGroup). */
export const FIRST_BFT_RELEASE: Release = CAPABILITY_LEVELS.channel.V3_0;

/** What a tag such as `nightly` holds cannot be seen; the levels of this release work in all later ones too. */
const UNKNOWN_RELEASE: Release = { major: 2, minor: 5 };

/** The newest levels that the release knows. */
export function defaultCapabilities(fabricVersion: string, consensus: Consensus['type']): Capabilities {
  const release = releaseOf(fabricVersion) ?? UNKNOWN_RELEASE;
  return {
    channel: consensus === 'bft' || !isBefore(release, FIRST_BFT_RELEASE) ? 'V3_0' : 'V2_0',
    orderer: 'V2_0',
    application: isBefore(release, CAPABILITY_LEVELS.application.V2_5) ? 'V2_0' : 'V2_5',
  };
}
