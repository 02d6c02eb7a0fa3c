import type { CertificatesView } from '../../activities/status/certificates.ts';
import { isInWindow, nextOpening, type Network } from '../../spec/index.ts';
import type { StepRecord } from '../messages.ts';

/** Whether what runs by itself may restart nodes now. */
export interface WindowDecision {
  readonly isOpen: boolean;
  /** What is waited for; empty where it is open. */
  readonly words: string;
}

/**
 * Inside the maintenance window; and outside of it if a certificate would end before that opens again: an outage is no better at another time.
 *
 * @param now milliseconds since 1970
 */
export function mayRestart(
  { maintenanceWindow: window }: Pick<Network, 'maintenanceWindow'>,
  views: readonly CertificatesView[],
  now: number,
): WindowDecision {
  if (window === undefined || isInWindow(window, now)) return OPEN;
  const opening = nextOpening(window, now);
  const renewed = views.flatMap((view) => view.certificates).filter(({ dueAt }) => dueAt !== undefined);
  if (renewed.some(({ notAfter }) => Date.parse(notAfter) <= opening)) return OPEN;
  return { isOpen: false, words: `the maintenance window opens at ${new Date(opening).toISOString()}` };
}

const OPEN: WindowDecision = { isOpen: true, words: '' };

/**
 * What of a plan is no part of a renewal that waits.
 *
 * @param waiting whose renewal waits, e.g. `org1/peer1`
 */
export function driftIn(plan: readonly StepRecord[], waiting: ReadonlySet<string>): readonly StepRecord[] {
  return plan.filter(({ outcome, target }) => outcome !== 'unchanged' && !waiting.has(target));
}
