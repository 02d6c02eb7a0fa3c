/**
 * The embedded platform could not do what it was asked. The message names the component, the fact and, in its last line,
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

/**
 * Something that the embedded platform is made of could not be obtained. The message names the artifact, the fact,
 * the last lines of the tool's output if a tool failed, and what to do next.
 */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';

  /**
   * @param fact what failed, as a sentence
   * @param nextStep what the person who reads it can do, as a sentence
   */
  constructor(fact: string, nextStep: string, options?: ErrorOptions) {
    super(`${fact}\n${nextStep}`, options);
  }
}
