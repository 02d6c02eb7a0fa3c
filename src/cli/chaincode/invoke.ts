import type { TransactionStage } from '../../fabric/gateway/error.ts';
import { EXIT } from '../exit-codes.ts';
import type { CommandResult, Session } from '../session.ts';
import { withSlowNotice } from '../standing/slow.ts';
import { readAnswer } from './answer.ts';
import { withCall, type CallFlags, type TypedCall } from './call.ts';

export interface InvokeFlags extends CallFlags {
  readonly init?: boolean;
}

const WAITING_FOR: Readonly<Record<TransactionStage, string>> = {
  evaluate: 'waiting for an answer',
  endorse: 'waiting for endorsements',
  order: 'waiting for an orderer',
  commit: 'waiting for the block',
};

/** `weft chaincode invoke`: submits a transaction and waits until it is in a block, and valid. */
export async function invoke(typed: TypedCall, flags: InvokeFlags, session: Session): Promise<CommandResult> {
  const committed = await withSlowNotice(session, `reaching a peer for ${typed.name}`, ({ now }) =>
    withCall(typed, flags, session, (gateway, call) =>
      gateway.submit(call, {
        timeoutMs: flags.timeout,
        asInitialization: flags.init === true,
        onStage: (stage) => {
          now(WAITING_FOR[stage]);
        },
      }),
    ),
  );
  const { transactionId, block, status, result } = committed;
  const { text, value, isBinary } = readAnswer(result);
  const { good, symbols } = session.palette;
  session.note(`${good(symbols.done)} committed in block ${block}: transaction ${transactionId}\n`);
  if (isBinary) session.note('The result is no text; it is shown in base64.\n');
  return { exitCode: EXIT.done, text, document: { transactionId, block, status, result: value } };
}
