/**
 * The embedded platform could not do what it was asked. The message names the part, the fact and, in its last line,
 * what to do next.
 */
export class PlatformError extends Error {
  override readonly name: string = 'PlatformError';
}

/** The embedded platform does not run, or not all of it. */
export class PlatformNotRunning extends PlatformError {
  override readonly name = 'PlatformNotRunning';

  /** @param fact - what is missing, as a sentence. */
  constructor(fact: string) {
    super(`${fact}\nStart it: weft local start`);
  }
}
