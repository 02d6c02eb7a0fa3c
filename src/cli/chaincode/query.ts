import { queryChaincode } from '../../operations/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { CommandResult, Session } from '../session.ts';
import { readAnswer } from './answer.ts';
import { callChaincode } from './call.ts';
import type { CallFlags, TypedCall } from './flags.ts';

/** `weft chaincode query`: has a peer ask a chaincode. */
export async function query(typed: TypedCall, flags: CallFlags, session: Session): Promise<CommandResult> {
  const { text, value, isBinary } = readAnswer(await callChaincode(typed, flags, session, queryChaincode));
  if (isBinary) session.note('The answer is no text; it is shown in base64.\n');
  return { exitCode: EXIT.done, text, document: { result: value } };
}
