import type { Organization } from '../../spec/index.ts';
import type { BringUp } from '../durable/run.ts';
import { chaincodeServersOf } from './chaincode-servers.ts';
import { createLocalMsps } from './create-local-msps.ts';
import { startOrganization, type StartedOrganization } from './start-organization.ts';
import { allDone } from '../durable/steps.ts';

/** Organizations on their way, each until its CAs stand and its configuration is written. */
export type StartedOrganizations = ReadonlyMap<Organization, Promise<StartedOrganization>>;

/** Starts all organizations at the same time, each as a part of the run. */
export function startOrganizations({ network, cluster, base, parts }: BringUp): StartedOrganizations {
  return new Map(
    network.organizations.map((organization) => [
      organization,
      parts.run({
        name: organization.name,
        work: startOrganization,
        args: [cluster, base, organization],
        summary: `CAs and configuration of ${organization.name}`,
      }),
    ]),
  );
}

/** Puts the TLS roots of all organizations where nodes find them: into every namespace. */
export async function publishTlsRoots(
  { network, namespaces, base, steps }: BringUp,
  started: StartedOrganizations,
): Promise<void> {
  const organizations = await allDone([...started.values()]);
  const roots = network.organizations.map(({ name }, index) => ({
    name,
    // Only a dry run comes here before the CAs run; what it would publish is new in any case.
    tlsca: organizations[index]?.roots?.tlsca ?? '',
  }));
  await allDone(namespaces.map((namespace) => steps.run('publishTlsRoots', namespace, { ...base, namespace, roots })));
}

/** The local MSPs of all organizations, on their way. */
export interface Msps {
  /** Those of organizations that have orderers, peers of theirs included. */
  readonly ofOrderers: Promise<unknown>;
  readonly ofPeers: Promise<unknown>;
}

/**
 * Makes the local MSPs of each organization when its CAs stand. Peers wait for orderers, so the organizations that have
 * orderers come first: the others' turn is while orderers start.
 */
export function createMsps(run: BringUp, started: StartedOrganizations): Msps {
  const { network, cluster, base, parts } = run;
  const create = async (organization: Organization): Promise<void> => {
    await started.get(organization);
    const servers = chaincodeServersOf(network, organization).filter(({ tls }) => tls);
    await parts.run({
      name: `${organization.name}/identities`,
      work: createLocalMsps,
      args: [cluster, base, organization, servers.map(({ name }) => name)],
      summary: `Identities and MSPs of ${organization.name}`,
    });
  };
  const isOrdering = ({ orderers }: Organization): boolean => orderers.length > 0;
  const ofOrderers = allDone(network.organizations.filter(isOrdering).map(create));
  const ofPeers = Promise.allSettled([ofOrderers]).then(() =>
    allDone(network.organizations.filter((organization) => !isOrdering(organization)).map(create)),
  );
  return { ofOrderers, ofPeers };
}
