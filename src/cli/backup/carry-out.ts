import { carryOut, type Operation, type OperationContext, type StateAccess } from '../../operations/index.ts';
import { CommandFailure } from '../command-failure.ts';
import type { Destination } from '../destination.ts';
import { withContext } from '../network/context.ts';
import { EXIT_OF_LEAVING } from '../progress/follow.ts';
import type { Session } from '../session.ts';
import type { Interrupt } from '../terminal.ts';

/**
 * Carries a use case out that copies the state of a network, and says each thing that it does.
 *
 * @param words of a stage, as a sentence without its full stop
 * @throws CommandFailure if somebody interrupts it, after what it had stopped was started again; what the use case throws
 */
export function copyState<Stage, Result>(
  session: Session,
  destination: Destination,
  words: (stage: Stage) => string,
  operation: (context: OperationContext, access: StateAccess, signal: AbortSignal) => Operation<Stage, Result>,
): Promise<Result> {
  return withContext(session, destination, async (context) => {
    const access = await session.openStateAccess(destination.access);
    const left: { why?: Interrupt } = {};
    const leave = new AbortController();
    const stopListening = session.terminal.onInterrupt((signal) => {
      left.why ??= signal;
      leave.abort();
    });
    try {
      return await carryOut(operation(context, access, leave.signal), (stage) => {
        session.note(`${words(stage)}\n`);
      });
    } catch (error) {
      if (left.why === undefined) throw error;
      throw new CommandFailure(
        { exitCode: EXIT_OF_LEAVING[left.why], message: 'interrupted. What had been stopped is started again.' },
        { cause: error },
      );
    } finally {
      stopListening();
      await access.close();
    }
  });
}
