import type { CallInput } from '../../operations/index.ts';
import type { AccessFlags } from '../flags.ts';
import { recordLookup } from '../network/which.ts';
import type { Session } from '../session.ts';
import { readTransient } from './transient.ts';

/** The words of a call, as they are typed. */
export interface TypedCall {
  /** Name of the chaincode. */
  readonly name: string;
  readonly function: string;
  readonly args: readonly string[];
}

export interface CallFlags extends AccessFlags {
  readonly channel?: string;
  readonly org?: string;
  readonly peer?: string;
  readonly transient?: string;
  /** Names of the organizations that endorse. */
  readonly endorsers?: readonly string[];
  /** Milliseconds. */
  readonly timeout: number;
}

/** The call as the use case takes it. @throws CommandFailure */
export async function callInput(
  typed: TypedCall,
  flags: CallFlags,
  session: Session,
  cluster: string,
): Promise<CallInput> {
  const { channel, org, peer, transient, endorsers, timeout } = flags;
  return {
    ...(await recordLookup(session, cluster, flags)),
    chaincode: typed.name,
    function: typed.function,
    args: typed.args,
    choice: {
      ...(channel === undefined ? {} : { channel }),
      ...(org === undefined ? {} : { organization: org }),
      ...(peer === undefined ? {} : { peer }),
    },
    ...(transient === undefined ? {} : { transient: await readTransient(transient, session.workingDirectory) }),
    ...(endorsers === undefined ? {} : { endorsers }),
    timeoutMs: timeout,
  };
}
