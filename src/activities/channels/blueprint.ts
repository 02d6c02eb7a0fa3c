import type { ChannelBlueprint, ConsenterBlueprint } from '../../fabric/index.ts';
import { hostAndPort, identitySecrets } from '../../spec/index.ts';
import { readRoots } from '../identities/roots.ts';
import { failure } from '../failures.ts';
import { readText, type Dependencies } from '../cluster/manifests.ts';
import type { OrganizationReference, ChannelMember, ChannelInput, ChannelOrderer } from '../inputs.ts';

/** What a channel's configuration is made of: the description, with the certificates that the cluster holds. */
export async function blueprintOf(
  dependencies: Dependencies,
  { channel, ordering, orderers, members }: ChannelInput,
  signal: AbortSignal,
): Promise<ChannelBlueprint> {
  const { name, consensus, batch, policies, capabilities } = channel;
  return {
    name,
    consensus,
    batch,
    policies,
    capabilities,
    ordering: await Promise.all(
      ordering.map((organization) => {
        const own = orderers.filter((orderer) => orderer.organization.mspId === organization.mspId);
        return orderingOrganization(dependencies, organization, own, signal);
      }),
    ),
    members: await Promise.all(members.map((organization) => member(dependencies, organization, signal))),
  };
}

async function orderingOrganization(
  dependencies: Dependencies,
  organization: OrganizationReference,
  orderers: readonly ChannelOrderer[],
  signal: AbortSignal,
): Promise<ChannelBlueprint['ordering'][number]> {
  const { name, mspId } = organization;
  const consenters = orderers.map(async ({ node, address }): Promise<ConsenterBlueprint> => {
    const { msp, tls } = identitySecrets(node);
    const [identity, tlsCertificate] = await Promise.all([
      readCertificate(dependencies, organization, msp, signal),
      readCertificate(dependencies, organization, tls, signal),
    ]);
    return { ...address, mspId, identity, tlsCertificate };
  });
  return {
    name,
    mspId,
    roots: await readRoots(dependencies, organization, signal),
    endpoints: orderers.map(({ address }) => hostAndPort(address)),
    consenters: await Promise.all(consenters),
  };
}

async function member(
  dependencies: Dependencies,
  organization: ChannelMember,
  signal: AbortSignal,
): Promise<ChannelBlueprint['members'][number]> {
  const { name, mspId, anchorPeers } = organization;
  return {
    name,
    mspId,
    roots: await readRoots(dependencies, organization, signal),
    anchorPeers,
  };
}

async function readCertificate(
  dependencies: Dependencies,
  { namespace }: OrganizationReference,
  secret: string,
  signal: AbortSignal,
): Promise<string> {
  const certificate = (await readText(dependencies, 'Secret', namespace, secret, signal))?.['cert.pem'];
  if (certificate !== undefined) return certificate;
  throw failure(
    'MaterialMissing',
    `Secret ${secret} in namespace ${namespace} holds no certificate. It is made by an enrollment: run weft up again.`,
  );
}
