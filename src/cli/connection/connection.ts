import { resolve } from 'node:path';

import type { ServiceTarget } from '../../kubernetes/index.ts';
import {
  connectionOf,
  readCredentials,
  throughEndpoint,
  type ConnectionInput,
  type ConnectionProfile,
  type NetworkAccess,
  type OrganizationConnection,
} from '../../operations/index.ts';
import { PORTS } from '../../spec/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { AccessFlags } from '../flags.ts';
import { recordLookup } from '../network/which.ts';
import type { CommandResult, Session } from '../session.ts';
import { findDestination } from '../destination.ts';
import { PROFILE_FILE, withFiles, writeProfile } from './files.ts';
import { whileForwarding } from './forward.ts';

export interface ConnectionFlags extends AccessFlags {
  readonly org?: string;
  /** Whose identity: that of an application. */
  readonly identity?: string;
  /** Or the organization's Admin. */
  readonly admin?: boolean;
  /** Folder for the profile and the credentials. */
  readonly out?: string;
  /** Port of this machine that leads to a peer; true for a free one. */
  readonly forward?: number | true;
}

/** `weft connection`: what a client needs to work in the name of an organization. */
export async function connection(flags: ConnectionFlags, session: Session): Promise<CommandResult> {
  const identity = whose(flags);
  const destination = await findDestination(session, flags);
  const access = await session.openNetworkAccess(destination.access);
  try {
    const selection = await recordLookup(session, destination.cluster, flags);
    const found = await connectionOf(access, { ...selection, organization: flags.org, identity });
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

/** @throws CommandFailure if nobody is named: who may sign for the organization is not handed out unasked */
function whose({ identity, admin }: ConnectionFlags): ConnectionInput['identity'] {
  if (identity !== undefined) return { application: identity };
  if (admin === true) return 'admin';
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message: 'whose identity? Name one of an application (--identity NAME), or ask for the Admin (--admin).',
    hints: ['Make one for an application: weft identity add NAME --org ORGANIZATION'],
  });
}

/** Reads the private key only if it is to be written; then prints or writes any profile. */
async function publisher(
  access: NetworkAccess,
  { organization, profile: { identity } }: OrganizationConnection,
  { out }: ConnectionFlags,
  { workingDirectory }: Session,
): Promise<(profile: ConnectionProfile) => Promise<CommandResult>> {
  if (out === undefined) {
    return (profile) =>
      Promise.resolve({ exitCode: EXIT.done, text: JSON.stringify(profile, undefined, 2), document: profile });
  }
  const credentials = await readCredentials(access, organization, identity.secret);
  return async (profile) => {
    const document = withFiles(profile);
    await writeProfile(resolve(workingDirectory, out), document, credentials);
    const text = `${out}/${PROFILE_FILE} is written, with the TLS root, the certificate and the private key that it names.`;
    return { exitCode: EXIT.done, text, document };
  };
}

/** The command that opens a connection from a machine to a peer without Weft. */
function portForwardCommand({ namespace, service }: ServiceTarget): string {
  return `kubectl port-forward -n ${namespace} service/${service} ${PORTS.peer}:${PORTS.peer}`;
}
