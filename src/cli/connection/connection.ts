import { resolve } from 'node:path';

import type { ServiceTarget } from '../../kubernetes/index.ts';
import {
  connectionOf,
  readAdminCredentials,
  throughEndpoint,
  type ConnectionProfile,
  type NetworkAccess,
  type OrganizationConnection,
} from '../../operations/index.ts';
import { PORTS } from '../../spec/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { AccessFlags } from '../flags.ts';
import { recordLookup } from '../network/which.ts';
import type { CommandResult, Session } from '../session.ts';
import { findDestination } from '../destination.ts';
import { PROFILE_FILE, withFiles, writeProfile } from './files.ts';
import { whileForwarding } from './forward.ts';

export interface ConnectionFlags extends AccessFlags {
  readonly org?: string;
  /** Folder for the profile and the credentials. */
  readonly out?: string;
  /** Port of this machine that leads to a peer; true for a free one. */
  readonly forward?: number | true;
}

/** `weft connection`: what a client needs to work in the name of an organization. */
export async function connection(flags: ConnectionFlags, session: Session): Promise<CommandResult> {
  const destination = await findDestination(session, flags);
  const access = await session.openNetworkAccess(destination.access);
  try {
    const selection = await recordLookup(session, destination.cluster, flags);
    const found = await connectionOf(access, { ...selection, organization: flags.org });
    const publish = await publisher(access, found, flags, session);
    const { entry, profile } = found;
    if (flags.forward !== undefined) {
      return await whileForwarding(session, access, { service: entry, port: flags.forward }, ({ host, port }) =>
        publish(throughEndpoint(profile, entry.service, `${host}:${port}`)),
      );
    }
    const result = await publish(profile);
    session.note(`These addresses are the cluster's. From outside of it: --forward, or ${portForwardCommand(entry)}\n`);
    return result;
  } finally {
    await access.close();
  }
}

/** Reads the private key only if it is to be written; then prints or writes any profile. */
async function publisher(
  access: NetworkAccess,
  { organization }: OrganizationConnection,
  { out }: ConnectionFlags,
  { workingDirectory }: Session,
): Promise<(profile: ConnectionProfile) => Promise<CommandResult>> {
  if (out === undefined) {
    return (profile) =>
      Promise.resolve({ exitCode: EXIT.done, text: JSON.stringify(profile, undefined, 2), document: profile });
  }
  const admin = await readAdminCredentials(access, organization);
  return async (profile) => {
    const document = withFiles(profile);
    await writeProfile(resolve(workingDirectory, out), document, admin);
    const text = `${out}/${PROFILE_FILE} is written, with the TLS root, the certificate and the private key that it names.`;
    return { exitCode: EXIT.done, text, document };
  };
}

/** The command that opens a connection from a machine to a peer without Weft. */
function portForwardCommand({ namespace, service }: ServiceTarget): string {
  return `kubectl port-forward -n ${namespace} service/${service} ${PORTS.peer}:${PORTS.peer}`;
}
