import { eventually } from '../../support/eventually.ts';
import { startWeft, type RunningWeft } from '../../support/weft.ts';

/** `weft` under way, whose words can be waited for. */
export interface Command extends RunningWeft {
  /** Waits until it has said something to people. */
  readonly said: (pattern: RegExp, withinMs: number) => Promise<void>;
}

/**
 * Starts `weft`.
 *
 * @param description its stdin, for `-f -`
 * @param variables replace those of the tests' platform
 */
export function startCommand(
  parameters: readonly string[],
  description = '',
  variables: Readonly<Record<string, string>> = {},
): Command {
  const running = startWeft(parameters, { input: description, variables });
  return {
    ...running,
    said: (pattern, withinMs) =>
      eventually(() => {
        if (pattern.test(running.stderr())) return Promise.resolve();
        const words = `${running.stderr()}${running.stdout()}`;
        return Promise.reject(new Error(`weft ${parameters.join(' ')} did not say ${String(pattern)}, but:\n${words}`));
      }, withinMs),
  };
}
