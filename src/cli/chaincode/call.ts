import type { ChaincodeCall, PeerGateway } from '../../fabric/gateway/client.ts';
import type { Session } from '../session.ts';
import { readAdmin, readTlsRoots } from '../standing/credentials.ts';
import type { StandingFlags } from '../standing/flags.ts';
import { peerService } from '../standing/peer-service.ts';
import { recordedNetwork } from '../standing/recorded-network.ts';
import { resolveTarget } from '../target.ts';
import { chooseCall, mspIdsOfMembers, type ChoiceFlags } from './choice.ts';
import { readTransient } from './transient.ts';

/** The words of a call, as they are typed. */
export interface TypedCall {
  /** Name of the chaincode. */
  readonly name: string;
  readonly function: string;
  readonly args: readonly string[];
}

export interface CallFlags extends StandingFlags, ChoiceFlags {
  readonly transient?: string;
  /** Names of the organizations that endorse. */
  readonly endorsers?: readonly string[];
  readonly timeout: number;
}

/**
 * Finds the network, opens a way to the gateway of one of its peers, and gives `act` the call as the gateway takes it.
 *
 * @throws CommandFailure
 */
export async function withCall<Result>(
  typed: TypedCall,
  flags: CallFlags,
  session: Session,
  act: (gateway: PeerGateway, call: ChaincodeCall) => Promise<Result>,
): Promise<Result> {
  const target = await resolveTarget(session, flags, false);
  const transient =
    flags.transient === undefined ? undefined : await readTransient(flags.transient, session.workingDirectory);
  const cluster = await session.openCluster(target.access);
  try {
    const network = await recordedNetwork(session, flags, cluster, target.cluster);
    const { channel, organization, peer } = chooseCall(network, typed.name, flags);
    const call: ChaincodeCall = {
      channel: channel.name,
      chaincode: typed.name,
      function: typed.function,
      args: typed.args,
      ...(transient && { transient }),
      ...(flags.endorsers && { organizations: mspIdsOfMembers(network, channel, flags.endorsers) }),
    };
    const service = peerService(organization, peer);
    const signal = AbortSignal.timeout(flags.timeout);
    const [admin, tlsRoots, way] = await Promise.all([
      readAdmin(cluster, organization),
      readTlsRoots(cluster, organization),
      cluster.forward(service, { signal }),
    ]);
    const gateway = cluster.gateway(
      { name: service.service, servername: service.service, host: way.host, port: way.port, tlsRoots },
      admin,
    );
    try {
      return await act(gateway, call);
    } finally {
      gateway.close();
      await way.close();
    }
  } finally {
    await cluster.close();
  }
}
