import { describeRevocationList } from '../../fabric/index.ts';
import { identitySecrets } from '../../spec/index.ts';
import { asActivity, asStep, UNCHANGED, type Decision, type StepContext, type StepResult } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { readSecret, writeSecret, type StoredSecret } from '../cluster/secrets.ts';
import type { OrganizationInput, RevocationInput } from '../inputs.ts';
import type { CertificateAuthorities } from './ca-connections.ts';
import { ISSUERS } from './certificates.ts';
import { allEnded } from './issue.ts';
import { NEXT_CERTIFICATE, NEXT_KEY } from './new-key.ts';

export interface RevokedCertificates extends StepResult {
  /** The list of all certificates that the organization's enrollment CA has revoked, PEM; absent where it has issued none to the identity, and in a dry run. */
  readonly revocationList?: string;
}

export interface RevocationActivities {
  revokeCertificates: (input: RevocationInput) => Promise<RevokedCertificates>;
  /** What an organization's enrollment CA has revoked, PEM; undefined if that is nothing. */
  readRevocationList: (input: OrganizationInput) => Promise<string | undefined>;
}

/** What an organization's CAs have issued to a node that goes, and what they have revoked. */
export function createRevocationActivities(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
): RevocationActivities {
  return {
    revokeCertificates: asStep((input, context) => revokeCertificates(dependencies, authorities, input, context)),
    readRevocationList: asActivity((input, { signal }) =>
      authorities.use(input, signal, async ({ enrollmentCa: ca, registrars }) => {
        const list = await ca.revocationList((await registrars()).enrollmentCa);
        return describeRevocationList(list).serials.size === 0 ? undefined : list;
      }),
    ),
  };
}

type Revoked = Decision & Pick<RevokedCertificates, 'revocationList'>;

const REVOKED: Decision = { outcome: 'updated', reason: 'its certificates are revoked' };

/**
 * Ensures that both CAs have revoked every certificate of an identity, and that none is kept. The certificates are revoked, not the name: a CA that has
 * revoked a name enrolls nobody under it again, and a node may come back.
 */
async function revokeCertificates(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
  input: RevocationInput,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<Revoked> {
  const { organization, identity, dryRun } = input;
  const names = Object.values(identitySecrets(identity));
  const stored = await Promise.all(
    names.map(async (name) => ({ name, ...(await readSecret(dependencies, organization.namespace, name, signal)) })),
  );
  if (dryRun) return stored.some(({ data }) => CERTIFICATE in data) ? REVOKED : UNCHANGED;
  const { revoked, revocationList } = await revokeAtAuthorities(authorities, input, signal);
  const isKept = await takeOut(dependencies, input, stored, signal);
  const decision = revoked > 0 || isKept ? REVOKED : UNCHANGED;
  return { ...decision, ...(revocationList === undefined ? {} : { revocationList }) };
}

/** @returns how many certificates were valid until now */
async function revokeAtAuthorities(
  authorities: CertificateAuthorities,
  input: RevocationInput,
  signal: AbortSignal,
): Promise<{ readonly revoked: number } & Pick<RevokedCertificates, 'revocationList'>> {
  return authorities.use(input, signal, async (connection) => {
    const registrars = await connection.registrars();
    const revoked = await allEnded(
      ISSUERS.map(async (name) => {
        const [ca, registrar] = [connection[name], registrars[name]];
        const valid = await ca.certificates(registrar, input.identity);
        await allEnded(valid.map((certificate) => ca.revokeCertificate(registrar, certificate)));
        return valid.length;
      }),
    );
    const { enrollmentCa: ca } = connection;
    const issued = await ca.everIssued(registrars.enrollmentCa, input.identity);
    return {
      revoked: revoked.reduce((sum, count) => sum + count, 0),
      ...(issued.length === 0 ? {} : { revocationList: await ca.revocationList(registrars.enrollmentCa) }),
    };
  });
}

/** Ensures that Secrets hold no certificate: whoever gets them again enrolls anew. The keys stay for as long as data is kept. */
async function takeOut(
  dependencies: Dependencies,
  { network, organization, identity }: OrganizationInput & Pick<RevocationInput, 'identity'>,
  stored: readonly (StoredSecret & { readonly name: string })[],
  signal: AbortSignal,
): Promise<boolean> {
  const holding = stored.filter(({ data }) => ISSUED.some((entry) => entry in data));
  await Promise.all(
    holding.map(({ name, object, data }) => {
      const owner = { namespace: organization.namespace, organization: organization.name, owner: identity };
      const left = Object.fromEntries(Object.entries(data).filter(([entry]) => !ISSUED.includes(entry)));
      return writeSecret(dependencies, { name, ...owner, data: left }, { object, data }, { network, signal });
    }),
  );
  return holding.length > 0;
}

const CERTIFICATE = 'cert.pem';

/** Entries with certificates, and with a key that nobody has begun to use. */
const ISSUED: readonly string[] = [CERTIFICATE, NEXT_KEY, NEXT_CERTIFICATE];
