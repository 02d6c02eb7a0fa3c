/** A certificate as far as its renewal depends on it. */
interface RenewableCertificate {
  readonly owner: string;
  /** From when on it is due; undefined where that is not known. */
  readonly renewedFrom?: string | undefined;
  /** It ends with its CA, whose root is not renewed. */
  readonly endsWithCa: boolean;
}

export interface RenewalWords {
  /** What the renewal of those that are due comes to. */
  readonly due: string;
  readonly all: string;
  /** What cannot be mended; undefined where there is none. */
  readonly endingWithCa: string | undefined;
}

/** So many owners are named; the others are counted. */
const NAMED = 6;

/** What a renewal would do, by the certificates that were seen last. */
export function renewalWords(certificates: readonly RenewableCertificate[], now: Date): RenewalWords {
  const isDue = ({ renewedFrom }: RenewableCertificate): boolean =>
    renewedFrom !== undefined && new Date(renewedFrom) <= now;
  const due = certificates.filter(isDue);
  const stuck = certificates.filter(({ endsWithCa }) => endsWithCa);
  return {
    due: due.length === 0 ? 'None is due now: nothing would be done.' : `${counted(due)} of ${named(due)}.`,
    all: certificates.length === 0 ? 'None has been seen yet.' : `${counted(certificates)}.`,
    endingWithCa:
      stuck.length === 0
        ? undefined
        : `What ends with its CA goes on to end then, since the root of a CA is not renewed: ${named(stuck)}.`,
  };
}

function counted({ length }: readonly unknown[]): string {
  return length === 1 ? '1 certificate' : `${length} certificates`;
}

function named(certificates: readonly RenewableCertificate[]): string {
  const owners = [...new Set(certificates.map(({ owner }) => owner))];
  const more = owners.length - NAMED;
  return `${owners.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
