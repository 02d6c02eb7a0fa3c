import { findNetwork, keepFailedLook, keepLook, listLookTimes } from '../../../database/index.ts';
import { carryOut, status, type StatusEnd } from '../../../operations/index.ts';
import { problemOf } from '../../problems/problem-of.ts';
import { contextFor, type ApiServices } from '../../services.ts';
import { noteConditions } from '../conditions.ts';
import { selectorFor } from '../lookup.ts';

/** So many networks are looked at together: each look is a run that asks the cluster about every node. */
const LOOKS_AT_ONCE = 4;

/** In milliseconds. A look takes seconds; where nodes do not answer it takes their time limits. */
const PATIENCE_MS = 120_000;

/** Who looks, as Temporal is told. */
const LOOKER = 'the API server';

/**
 * Looks at the networks at which nobody has looked for some time, and keeps what it finds, or why it finds nothing.
 *
 * @param everyMs how long a look is good for, in milliseconds
 */
export async function lookAtNetworks(services: ApiServices, everyMs: number, signal: AbortSignal): Promise<void> {
  const { database, cluster, now } = services;
  const due = (await listLookTimes(database, cluster)).filter(
    ({ triedAt }) => triedAt === undefined || now().getTime() - triedAt.getTime() >= everyMs,
  );
  for (let first = 0; first < due.length && !signal.aborted; first += LOOKS_AT_ONCE) {
    const some = due.slice(first, first + LOOKS_AT_ONCE);
    await Promise.all(some.map(({ name }) => lookAt(services, name, signal)));
  }
}

async function lookAt(services: ApiServices, name: string, signal: AbortSignal): Promise<void> {
  const { database, cluster, now } = services;
  const network = await findNetwork(database, { cluster, name });
  if (network === undefined) return;
  const { id: networkId, observedRevision } = network;
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const look = async (): Promise<StatusEnd> => {
    const operation = status(
      contextFor(services, LOOKER),
      await selectorFor(database, network),
      AbortSignal.any([signal, patience]),
    );
    return carryOut(operation, () => undefined);
  };
  try {
    const end = await look();
    const at = now();
    if (end.kind === 'done') {
      await keepLook(database, networkId, end.status, at);
      const about = observedRevision === undefined ? {} : { revision: observedRevision };
      const { conditions } = end.status;
      await noteConditions(database, { networkId }, { conditions, seenAt: at, ...about });
      return;
    }
    await keepFailedLook(database, networkId, failureOf(end), at);
  } catch (error) {
    if (signal.aborted) return;
    await keepFailedLook(database, networkId, patience.aborted ? TOO_LONG : reasonOf(error), now());
  }
}

interface LookFailure {
  readonly type: string;
  readonly message: string;
}

const TOO_LONG: LookFailure = {
  type: 'LookUnfinished',
  message: `the look was not finished within ${PATIENCE_MS / 1000} s`,
};

function failureOf(end: Exclude<StatusEnd, { readonly kind: 'done' }>): LookFailure {
  if (end.kind !== 'failed') return { type: 'LookUnfinished', message: `the look was ${end.kind} in Temporal` };
  const { type, message } = end.failure;
  return { type, message };
}

function reasonOf(error: unknown): LookFailure {
  const { reason, facts } = problemOf(error);
  return { type: reason, message: facts.detail };
}
