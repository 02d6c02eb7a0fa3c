import type { OrganizationReference } from '../../../activities/inputs.ts';
import { chaincodeServerName, type Chaincode, type ChaincodeImage, type Organization } from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { channelOf, membersOf } from '../../inputs.ts';

/** A network whose organizations are known where they are. */
export type Located = Pick<ApplyRun, 'network' | 'reference'>;

/** One server of a chaincode, in a pod of its own. */
export interface ChaincodeServer {
  /** Name of its Deployment and Service. */
  readonly name: string;
  /** Whom it serves: the name of an organization or of a peer. */
  readonly owner: string;
  readonly settings: ChaincodeImage;
}

/** One member organization's part in a chaincode. */
export interface ChaincodeMember {
  readonly organization: OrganizationReference;
  /** Kubernetes names of its peers in the chaincode's channel. */
  readonly peers: readonly string[];
}

/** The member organizations of a chaincode's channel. */
export function chaincodeMembers({ network, reference }: Located, chaincode: Chaincode): ChaincodeMember[] {
  return membersOf(network, channelOf(network, chaincode)).map(({ organization, nodes }) => ({
    organization: reference(organization),
    peers: nodes,
  }));
}

/** The servers that Weft runs in an organization, for all its chaincodes. */
export function chaincodeServersOf(
  run: Located,
  organization: Organization,
): (ChaincodeServer & { readonly tls: boolean })[] {
  return run.network.chaincodes.flatMap((chaincode) =>
    chaincodeMembers(run, chaincode)
      .filter((member) => member.organization.name === organization.name)
      .flatMap((member) => chaincodeServers(chaincode, member).map((server) => ({ ...server, tls: chaincode.tls }))),
  );
}

/** The servers that Weft runs for a chaincode in one organization; none where somebody else runs it. */
export function chaincodeServers(chaincode: Chaincode, { organization, peers }: ChaincodeMember): ChaincodeServer[] {
  if ('address' in chaincode) return [];
  const { image, per, resources, environment, environmentFrom } = chaincode;
  const owners = per === 'organization' ? [organization.name] : peers;
  return owners.map((owner) => ({
    name: chaincodeServerName(chaincode, owner),
    owner,
    settings: { image, per, resources, environment, ...(environmentFrom && { environmentFrom }) },
  }));
}
