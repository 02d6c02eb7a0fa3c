import {
  carryOut,
  type CallInput,
  type CallStage,
  type NetworkAccess,
  type Operation,
} from '../../operations/index.ts';
import { withSlowNotice } from '../progress/slow-notice.ts';
import type { Session } from '../session.ts';
import { findDestination } from '../destination.ts';
import { callInput, type CallFlags, type TypedCall } from './flags.ts';

const WAITING_FOR: Readonly<Record<Exclude<CallStage, 'connect'>, string>> = {
  evaluate: 'waiting for an answer',
  endorse: 'waiting for endorsements',
  order: 'waiting for an orderer',
  commit: 'waiting for the block',
};

/** Calls a chaincode by the given use case, and says what it waits for once that takes long. */
export async function callChaincode<Result>(
  typed: TypedCall,
  flags: CallFlags,
  session: Session,
  call: (access: NetworkAccess, input: CallInput) => Operation<CallStage, Result>,
): Promise<Result> {
  const destination = await findDestination(session, flags);
  const input = await callInput(typed, flags, session, destination.cluster);
  const access = await session.openNetworkAccess(destination.access);
  try {
    const connecting = `connecting to a peer for ${typed.name}`;
    return await withSlowNotice(session, connecting, ({ now }) =>
      carryOut(call(access, input), (stage) => {
        now(stage === 'connect' ? connecting : WAITING_FOR[stage]);
      }),
    );
  } finally {
    await access.close();
  }
}
