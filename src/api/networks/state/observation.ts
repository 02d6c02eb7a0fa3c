import type { StoredLook } from '../../../database/index.ts';
import type { StateObservation } from './resource.ts';

/** When a network was looked at, and why there has been no later look. */
export function observationOf(look: StoredLook | undefined): StateObservation {
  const { observedAt, failingSince, failureType = '', failureMessage = '' } = look ?? {};
  return {
    ...(observedAt === undefined ? {} : { observedAt: observedAt.toISOString() }),
    ...(failingSince === undefined
      ? {}
      : { stale: { since: failingSince.toISOString(), reason: failureType, message: failureMessage } }),
  };
}
