import type { Chaincode } from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { allDone } from '../../durable/steps.ts';
import { canMembersMeet, chaincodeLabel, channelOf, packagedChaincode } from '../../inputs.ts';
import { chaincodeMembers } from './chaincode-servers.ts';
import { orderingParticipants, type JoinedChannels } from '../channels/channels.ts';
import { deployChaincode } from './deploy-chaincode.ts';
import type { LaunchedPeers } from '../nodes/launch-node.ts';

/** Chaincodes on their way, in the order of the description: each until all its peers have its package. */
export type InstalledChaincodes = ReadonlyMap<Chaincode, Promise<void>>;

/** Installs every chaincode on every peer of its channel, on each peer when it is ready. */
export function installChaincodes(run: ApplyRun, peers: LaunchedPeers): InstalledChaincodes {
  const { network, base, steps } = run;
  const install = async (chaincode: Chaincode): Promise<void> => {
    const label = chaincodeLabel(network, chaincode);
    await allDone(
      chaincodeMembers(run, chaincode).flatMap(({ organization, peers: nodes }) =>
        nodes.map(async (node) => {
          await peers.get(node);
          const input = { ...base, organization, chaincode: packagedChaincode(chaincode), node };
          await steps.at(organization.cluster).installChaincode(`${label}@${node}`, input);
        }),
      ),
    );
  };
  return new Map(network.chaincodes.map((chaincode) => [chaincode, install(chaincode)]));
}

/** Deploys every chaincode in a child workflow, when its package is installed and the peers have joined its channel. */
export function deployChaincodes(
  run: ApplyRun,
  { installed, joined }: { readonly installed: InstalledChaincodes; readonly joined: JoinedChannels },
): Promise<unknown>[] {
  const { network, base, children } = run;
  return [...installed].map(async ([chaincode, packages]) => {
    await allDone([packages, joined.get(chaincode.channel) ?? Promise.resolve()]);
    await children.run({
      name: `chaincodes/${chaincode.channel}/${chaincode.name}`,
      workflow: deployChaincode,
      input: {
        base,
        chaincode,
        members: chaincodeMembers(run, chaincode),
        ordering: orderingParticipants(run, channelOf(network, chaincode)),
        label: chaincodeLabel(network, chaincode),
        canMeet: canMembersMeet(network, channelOf(network, chaincode)),
      },
      summary: `The chaincode ${chaincode.name} on ${chaincode.channel}`,
    });
  });
}
