/** What `go build -v` is doing, told by the lines that it writes. */
export interface GoBuildProgress {
  readonly onLine: (line: string) => void;
  /** As half a sentence. */
  readonly doing: () => string;
}

const DOWNLOADING = 'go: downloading ';

/**
 * Follows a build. With -v Go names each package when it is compiled, which is the only progress that it shows.
 *
 * @param building what is built, in words, e.g. `building`; asked each time
 */
export function followGoBuild(building: () => string): GoBuildProgress {
  let packages = 0;
  let last = '';
  return {
    onLine: (line) => {
      last = line;
      if (!line.startsWith(DOWNLOADING)) packages += 1;
    },
    doing: () => {
      if (last.startsWith(DOWNLOADING)) return `downloading ${last.slice(DOWNLOADING.length)}`;
      return packages === 0 ? building() : `${building()}, ${packages} packages compiled, now ${last}`;
    },
  };
}
