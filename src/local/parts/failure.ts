/**
 * Something that the embedded platform is made of could not be obtained. The message names the part, the fact,
 * the last lines of the tool's output if a tool failed, and what to do next.
 */
export class PartsError extends Error {
  override readonly name = 'PartsError';

  /**
   * @param fact what failed, as a sentence
   * @param nextStep what the person who reads it can do, as a sentence
   */
  constructor(fact: string, nextStep: string, options?: ErrorOptions) {
    super(`${fact}\n${nextStep}`, options);
  }
}
