import type { OrganizationReference, ChaincodeInput } from '../../activities/inputs.ts';
import { chaincodeServerName, type ChaincodeImage, type Network, type Organization } from '../../spec/index.ts';
import { membersOf } from '../inputs.ts';

/** One server of a chaincode, in a pod of its own. */
export interface ChaincodeServer {
  /** Name of its Deployment and Service. */
  readonly name: string;
  /** Whom it serves: the name of an organization or of a peer. */
  readonly owner: string;
  readonly organization: OrganizationReference;
  readonly settings: ChaincodeImage;
}

/** The servers that Weft runs in an organization, for all its chaincodes. */
export function chaincodeServersOf(
  network: Network,
  organization: Organization,
): (ChaincodeServer & { readonly tls: boolean })[] {
  return network.chaincodes.flatMap((chaincode) =>
    chaincodeServers({ chaincode, ...membersOf(network, chaincode) })
      .filter((server) => server.organization.name === organization.name)
      .map((server) => ({ ...server, tls: chaincode.tls })),
  );
}

/** The servers that Weft runs for a chaincode; none where somebody else runs it. */
export function chaincodeServers({
  chaincode,
  members,
  peers,
}: Pick<ChaincodeInput, 'chaincode' | 'members' | 'peers'>): ChaincodeServer[] {
  if ('address' in chaincode) return [];
  const { image, per, resources, environment } = chaincode;
  const owners =
    per === 'organization'
      ? members.map((organization) => ({ owner: organization.name, organization }))
      : peers.map(({ node, organization }) => ({ owner: node, organization }));
  return owners.map(({ owner, organization }) => ({
    name: chaincodeServerName(chaincode, owner),
    owner,
    organization,
    settings: { image, per, resources, environment },
  }));
}
