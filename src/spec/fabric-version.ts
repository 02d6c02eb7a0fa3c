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

/** `2.5` */
export function releaseInWords({ major, minor }: Release): string {
  return `${major}.${minor}`;
}
