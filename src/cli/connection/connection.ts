import { resolve } from 'node:path';

import type { Network, Organization } from '../../spec/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { CommandResult, Session } from '../session.ts';
import type { StandingCluster } from '../standing/cluster.ts';
import { readAdmin, readTlsRoots } from '../standing/credentials.ts';
import type { StandingFlags } from '../standing/flags.ts';
import { peerService, portForwardCommand } from '../standing/peer-service.ts';
import { recordedNetwork } from '../standing/recorded-network.ts';
import { resolveTarget } from '../target.ts';
import { PROFILE_FILE, withFiles, writeProfile } from './files.ts';
import { whileForwarding } from './forward.ts';
import { connectionProfile, entryPeer, type LocalPeer } from './profile.ts';

export interface ConnectionFlags extends StandingFlags {
  readonly org?: string;
  /** Folder for the profile and the credentials. */
  readonly out?: string;
  /** Port of this machine that leads to a peer; true for a free one. */
  readonly forward?: number | true;
}

/** `weft connection`: what a client needs to work in the name of an organization. */
export async function connection(flags: ConnectionFlags, session: Session): Promise<CommandResult> {
  const target = await resolveTarget(session, flags, false);
  const cluster = await session.openCluster(target.access);
  try {
    const network = await recordedNetwork(session, flags, cluster, target.cluster);
    const organization = chooseOrganization(network, flags.org);
    const peer = entryPeer(network, organization);
    const publish = await publisher({ cluster, network, organization }, flags, session);
    const service = peerService(organization, peer);
    if (flags.forward !== undefined) {
      return await whileForwarding(session, cluster, { service, port: flags.forward }, ({ host, port }) =>
        publish({ peer, endpoint: `${host}:${port}` }),
      );
    }
    const result = await publish();
    session.note(
      `These addresses are the cluster's. From outside of it: --forward, or ${portForwardCommand(service)}\n`,
    );
    return result;
  } finally {
    await cluster.close();
  }
}

interface Subject {
  readonly cluster: StandingCluster;
  readonly network: Network;
  readonly organization: Organization;
}

/** Reads what a profile needs, the private key only if it is to be written; then makes the profile of any endpoint. */
async function publisher(
  { cluster, network, organization }: Subject,
  { out }: ConnectionFlags,
  { workingDirectory }: Session,
): Promise<(local?: LocalPeer) => Promise<CommandResult>> {
  const tlsRoots = await readTlsRoots(cluster, organization);
  if (out === undefined) {
    return (local) => {
      const profile = connectionProfile(network, organization, tlsRoots, local);
      return Promise.resolve({
        exitCode: EXIT.done,
        text: JSON.stringify(profile, undefined, 2),
        document: profile,
      });
    };
  }
  const admin = await readAdmin(cluster, organization);
  return async (local) => {
    const profile = withFiles(connectionProfile(network, organization, tlsRoots, local));
    await writeProfile(resolve(workingDirectory, out), profile, admin);
    const text = `${out}/${PROFILE_FILE} is written, with the TLS root, the certificate and the private key that it names.`;
    return { exitCode: EXIT.done, text, document: profile };
  };
}

function chooseOrganization({ name, organizations }: Network, wanted: string | undefined): Organization {
  const withPeers = organizations.filter(({ peers }) => peers.length > 0);
  const chosen = wanted ?? withPeers[0]?.name;
  const organization = withPeers.find((candidate) => candidate.name === chosen);
  if (organization !== undefined) return organization;
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message: `${chosen ?? 'no organization'} is no organization with peers in the network ${name}.`,
    hints: [`Those with peers: ${withPeers.map((candidate) => candidate.name).join(', ') || 'none'}`],
  });
}
