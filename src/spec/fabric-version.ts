import type { Capabilities, Consensus } from './network.ts';

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

function isBefore(one: Release, other: Release): boolean {
  return one.major < other.major || (one.major === other.major && one.minor < other.minor);
}

/** Whether an image tag is certainly of an older release: one that is no version gets the benefit of the doubt. */
export function isOlder(tag: string, release: Release): boolean {
  const found = releaseOf(tag);
  return found !== undefined && isBefore(found, release);
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
