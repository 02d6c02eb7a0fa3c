import { invokeChaincode } from '../../operations/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { CommandResult, Session } from '../session.ts';
import { readAnswer } from './answer.ts';
import { callChaincode } from './call.ts';
import type { CallFlags, TypedCall } from './flags.ts';

export interface InvokeFlags extends CallFlags {
  readonly init?: boolean;
}

/** `weft chaincode invoke`: submits a transaction and waits until it is in a block, and valid. */
export async function invoke(typed: TypedCall, flags: InvokeFlags, session: Session): Promise<CommandResult> {
  const committed = await callChaincode(typed, flags, session, (access, input) =>
    invokeChaincode(access, { ...input, asInitialization: flags.init === true }),
  );
  const { transactionId, block, status, result } = committed;
  const { text, value, isBinary } = readAnswer(result);
  const { good, symbols } = session.palette;
  session.note(`${good(symbols.done)} committed in block ${block}: transaction ${transactionId}\n`);
  if (isBinary) session.note('The result is no text; it is shown in base64.\n');
  return { exitCode: EXIT.done, text, document: { transactionId, block, status, result: value } };
}
