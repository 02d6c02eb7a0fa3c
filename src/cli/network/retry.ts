import { retryRun } from '../../operations/index.ts';
import { serviceFor, type ApiFlags } from '../api/connection.ts';
import { retryThroughApi } from '../api/retry.ts';
import { findDestination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import type { CommandResult, Session } from '../session.ts';
import { withContext } from './context.ts';
import { whichNetwork } from './which.ts';

export interface RetryFlags extends DestinationFlags, ApiFlags {
  readonly file?: string;
  /** Only the steps on this, e.g. `org1/peer1`. */
  readonly target?: string;
}

/** `weft retry`: what waits for its next attempt is tried at once. */
export async function weftRetry(name: string | undefined, flags: RetryFlags, session: Session): Promise<CommandResult> {
  const { network } = await whichNetwork(session, name, flags.file);
  const api = await serviceFor(session, flags);
  if (api !== undefined) return retryThroughApi(api, network, flags.target);
  const destination = await findDestination(session, flags);
  return withContext(session, destination, async (context) => {
    const retried = await retryRun(context, network, flags.target);
    if (retried.kind === 'no run') {
      const text = `No run of ${network} is under way on ${context.cluster}.`;
      return { exitCode: EXIT.done, text, document: { network, steps: [] } };
    }
    const { steps } = retried;
    const document = { network, steps };
    if (steps.length === 0) {
      const what = flags.target === undefined ? 'No step' : `No step on ${flags.target}`;
      return { exitCode: EXIT.done, text: `${what} of ${network} waits for its next attempt.`, document };
    }
    const lines = steps.map(({ step, target, attempt }) => `  ${step} ${target}, attempt ${attempt}`);
    return { exitCode: EXIT.done, text: [`Tried now:`, ...lines].join('\n'), document };
  });
}
