import { EXIT } from '../exit-codes.ts';
import type { CommandResult, Session } from '../session.ts';
import { withSlowNotice } from '../standing/slow.ts';
import { readAnswer } from './answer.ts';
import { withCall, type CallFlags, type TypedCall } from './call.ts';

/** `weft chaincode query`: has a peer ask a chaincode. */
export async function query(typed: TypedCall, flags: CallFlags, session: Session): Promise<CommandResult> {
  const bytes = await withSlowNotice(session, `reaching a peer for ${typed.name}`, ({ now }) =>
    withCall(typed, flags, session, (gateway, call) => {
      now(`waiting for the answer of ${typed.name}`);
      return gateway.evaluate(call, { timeoutMs: flags.timeout });
    }),
  );
  const { text, value, isBinary } = readAnswer(bytes);
  if (isBinary) session.note('The answer is no text; it is shown in base64.\n');
  return { exitCode: EXIT.done, text, document: { result: value } };
}
