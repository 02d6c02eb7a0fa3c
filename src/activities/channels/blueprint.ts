import type { ChannelBlueprint, ConsenterBlueprint, HostAndPort } from '../../fabric/index.ts';
import { identitySecrets } from '../../spec/index.ts';
import { readRoots } from '../identities/credentials.ts';
import { failure } from '../failures.ts';
import { readText, type Dependencies } from '../cluster/manifests.ts';
import type { OrganizationReference, ChannelMember, ChannelInput, RunningNode } from '../inputs.ts';

/** Ports of the Services by which orderers and peers find each other; kube/orderer.yaml and kube/peer.yaml say the same. */
const ORDERER_PORT = 6050;
const PEER_PORT = 7051;

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
  orderers: readonly RunningNode[],
  signal: AbortSignal,
): Promise<ChannelBlueprint['ordering'][number]> {
  const { name, mspId } = organization;
  const consenters = orderers.map(async ({ node }): Promise<ConsenterBlueprint> => {
    const { msp, tls } = identitySecrets(node);
    const [identity, tlsCertificate] = await Promise.all([
      readCertificate(dependencies, organization, msp, signal),
      readCertificate(dependencies, organization, tls, signal),
    ]);
    return { ...address(organization, node, ORDERER_PORT), mspId, identity, tlsCertificate };
  });
  return {
    name,
    mspId,
    roots: await readRoots(dependencies, organization, signal),
    endpoints: orderers.map(({ node }) => {
      const { host, port } = address(organization, node, ORDERER_PORT);
      return `${host}:${port}`;
    }),
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
    anchorPeers: anchorPeers.map((node) => address(organization, node, PEER_PORT)),
  };
}

/** The full name of a Service: organizations may have namespaces of their own. */
function address({ namespace }: OrganizationReference, node: string, port: number): HostAndPort {
  return { host: `${node}.${namespace}.svc.cluster.local`, port };
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
