import type { CertificateLifetimes } from './network.ts';
import { milliseconds } from './units.ts';

/** When a certificate begins and ends. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/**
 * From when on a run renews a certificate: `renewBefore` before its end, or else in the last third of its lifetime.
 *
 * Fabric CA (lib/serverenroll.go) dates what it issues back to its own beginning, so that a certificate alone does not say how long it was meant
 * to live: the described lifetime counts where it is the shorter one.
 *
 * @param lifetimes absent where no description is known
 * @param use which of the described lifetimes it has
 */
export function renewalDate(
  { notBefore, notAfter }: Validity,
  lifetimes: CertificateLifetimes | undefined,
  use: 'identity' | 'tls',
): Date {
  const end = notAfter.getTime();
  if (lifetimes?.renewBefore !== undefined) return new Date(end - milliseconds(lifetimes.renewBefore));
  const described = lifetimes === undefined ? Infinity : milliseconds(lifetimes[use]);
  return new Date(end - Math.min(described, end - notBefore.getTime()) / 3);
}
