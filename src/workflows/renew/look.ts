import type { CertificatesView } from '../../activities/status/certificates.ts';
import { CA_NODE, nodeTargetName } from '../../spec/index.ts';
import { enrolledServers } from '../apply/before/unchanged-steps.ts';
import type { Located } from '../apply/chaincodes/chaincode-servers.ts';
import { allDone, type Steps } from '../durable/steps.ts';
import { identitiesOf, networkSettings, organizationInput } from '../inputs.ts';

/** Looks at the certificates of every organization, each where it is. */
export function lookAtCertificates({
  network,
  reference,
  queries,
}: Located & { readonly queries: Steps['queriesAt'] }): Promise<CertificatesView[]> {
  const base = { network: networkSettings(network), dryRun: false };
  return allDone(
    network.organizations.map((organization) => {
      const others = { chaincodeServers: enrolledServers({ network, reference }, organization), consenters: [] };
      const identities = identitiesOf(base, organization, others).map(({ target, input: { identity } }) => ({
        target,
        identity: { name: identity.name, type: identity.type },
      }));
      return queries(reference(organization).cluster).inspectCertificates(organization.name, {
        ...organizationInput(base, organization),
        certificateAuthority: nodeTargetName(organization, { name: CA_NODE }),
        identities,
      });
    }),
  );
}
