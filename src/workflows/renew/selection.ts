import type { ApplicationView, CertificatesView, CertificateView } from '../../activities/status/certificates.ts';
import type { RenewalTargets } from '../messages.ts';

/** What is renewed of a network. */
export interface Renewals {
  /** Serial numbers of the certificates that are renewed, by their owner, e.g. `org1/peer1`. */
  readonly serials: ReadonlyMap<string, readonly string[]>;
  /** The applications among those owners. */
  readonly applications: readonly ApplicationView[];
  /** Whose pods start anew: those with renewed certificates, and those that run with what was renewed before, e.g. `org1/peer1`. */
  readonly restarting: ReadonlySet<string>;
}

/**
 * What has to be renewed.
 *
 * @param targets owners or organizations whose certificates are renewed now; undefined means that those are which are due
 * @param now milliseconds since 1970
 */
export function renewalsOf(
  views: readonly CertificatesView[],
  targets: RenewalTargets | undefined,
  now: number,
): Renewals {
  const certificates = views.flatMap((view) => view.certificates);
  const isNamed = (owner: string): boolean =>
    typeof targets !== 'object' || targets.some((target) => isOf(owner, target));
  const concerned = new Set(
    certificates.filter(({ owner }) => isNamed(owner)).map(({ owner }) => organizationOf(owner)),
  );
  const renewed = certificates.filter((certificate) => {
    if (!isRenewable(certificate)) return false;
    if (isDue(certificate, now)) {
      // No CA that has expired itself can issue anything.
      return (
        isNamed(certificate.owner) || (isOfAuthority(certificate) && concerned.has(organizationOf(certificate.owner)))
      );
    }
    return targets !== undefined && isNamed(certificate.owner);
  });
  const serials = new Map<string, string[]>();
  for (const { owner, serial } of renewed) serials.set(owner, [...(serials.get(owner) ?? []), serial]);
  const outdated = views.flatMap((view) => view.outdated).filter(isNamed);
  const applications = applicationsIn(views).filter(({ target }) => serials.has(target));
  const withoutPod = new Set([
    ...applications.map(({ target }) => target),
    ...renewed.filter(({ use }) => use === 'metricsclient').map(({ owner }) => owner),
  ]);
  const restarting = [...serials.keys()].filter((owner) => !withoutPod.has(owner));
  return { serials, applications, restarting: new Set([...restarting, ...outdated]) };
}

/** The identities of applications, whose keys no node has. */
export function applicationsIn(views: readonly CertificatesView[]): readonly ApplicationView[] {
  return views.flatMap(({ applications = [] }) => applications);
}

/** Targets that name nothing which has a certificate. */
export function unknownTargets(views: readonly CertificatesView[], targets: readonly string[]): readonly string[] {
  const owners = ownersOf(views);
  return targets.filter((target) => !owners.some((owner) => isOf(owner, target)));
}

/** Who has certificates that can be renewed, each once. */
export function ownersOf(views: readonly CertificatesView[]): readonly string[] {
  const renewable = views.flatMap((view) => view.certificates).filter(isRenewable);
  return [...new Set(renewable.map(({ owner }) => owner))];
}

/** Certificates that end with their CA, whose own end nothing renews. */
export function endingWithCa(views: readonly CertificatesView[]): readonly CertificateView[] {
  return views.flatMap((view) => view.certificates).filter((certificate) => certificate.endsWithCa === true);
}

export function isDue({ dueAt }: Pick<CertificateView, 'dueAt'>, now: number): boolean {
  return dueAt !== undefined && Date.parse(dueAt) <= now;
}

/** The CAs for closed endpoints get their certificates where nodes restart: those that run with one which is due are outdated. */
function isRenewable({ use }: CertificateView): boolean {
  return use !== 'ca' && use !== 'tlsca' && use !== 'adminca' && use !== 'operationsca';
}

function isOfAuthority({ use, owner }: CertificateView): boolean {
  return use === 'registrar' || owner === `${organizationOf(owner)}/ca`;
}

function isOf(owner: string, target: string): boolean {
  return owner === target || organizationOf(owner) === target;
}

function organizationOf(owner: string): string {
  return owner.split('/')[0] ?? owner;
}
