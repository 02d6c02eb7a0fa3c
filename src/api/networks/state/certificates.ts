import type { Network } from '../../../spec/index.ts';
import type { CertificateView } from '../../../workflows/messages.ts';
import { observationOf } from './observation.ts';
import type { Certificate, Certificates, Identities } from './resource.ts';
import type { NetworkFacts } from './topology.ts';

const DAY_MS = 24 * 3_600_000;

/** In days. Who sees it has two months in which a renewal that fails can be looked into. */
const SOON_DAYS = 60;

/** In days. What a schedule has not renewed by now it does not renew by itself. */
const URGENT_DAYS = 14;

/** The certificates of a network, those that end first before the others. */
export function certificatesOf({ stored, look }: NetworkFacts, now: Date): Certificates {
  return {
    network: stored.name,
    observation: observationOf(look),
    certificates: certificateList(look?.status?.certificates ?? [], now),
  };
}

function certificateList(views: readonly CertificateView[], now: Date): Certificate[] {
  return views.map((view) => certificateOf(view, now)).sort((a, b) => a.endsAt.localeCompare(b.endsAt));
}

export function certificateOf(
  { owner, use, issuer, serial, notAfter, dueAt, endsWithCa }: CertificateView,
  now: Date,
): Certificate {
  const daysLeft = (Date.parse(notAfter) - now.getTime()) / DAY_MS;
  return {
    ...{ owner, organization: owner.split('/')[0] ?? owner, kind: use },
    ...(issuer === undefined ? {} : { issuer }),
    ...{ serial, endsAt: notAfter, daysLeft: Math.round(daysLeft * 100) / 100 },
    ...(dueAt === undefined ? {} : { renewedFrom: dueAt }),
    endsWithCa: endsWithCa === true,
    severity: severityOf(daysLeft),
  };
}

function severityOf(daysLeft: number): Certificate['severity'] {
  if (daysLeft <= 0) return 'ended';
  if (daysLeft <= URGENT_DAYS) return 'urgent';
  return daysLeft <= SOON_DAYS ? 'soon' : 'ok';
}

/** Who is who in a network, by the certificates that they have. */
export function identitiesOf({ stored, described, look }: NetworkFacts, now: Date): Identities {
  const certificates = certificateList(look?.status?.certificates ?? [], now);
  const owners = new Map<string, Identities['identities'][number]>();
  for (const certificate of certificates) {
    const { owner: holder, organization, kind } = certificate;
    // By which the CA knows its own registrar is that one's.
    const owner = kind === 'registrar' ? `${organization}/registrar` : holder;
    const known = owners.get(owner);
    const mspId = described?.organizations.find(({ name }) => name === organization)?.mspId ?? '';
    owners.set(owner, {
      ...{ owner, organization, mspId, role: roleOf(described, owner) },
      certificates: [...(known?.certificates ?? []), certificate],
    });
  }
  const identities = [...owners.values()].sort((a, b) => a.owner.localeCompare(b.owner));
  return { network: stored.name, observation: observationOf(look), identities };
}

function roleOf(described: Network | undefined, owner: string): Identities['identities'][number]['role'] {
  const [organization = '', node = ''] = owner.split('/');
  if (node === 'ca' || node === 'registrar' || node === 'admin') return node;
  const of = described?.organizations.find(({ name }) => name === organization);
  if (of?.orderers.some(({ name }) => name === node) === true) return 'orderer';
  // The server of a chaincode has a certificate for TLS, and no part in channels.
  return of?.peers.some(({ name }) => name === node) === true ? 'peer' : 'client';
}
