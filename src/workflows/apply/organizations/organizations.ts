import type { Roots } from '../../../activities/inputs.ts';
import { nodeName, outgoingPorts, type Network, type Organization } from '../../../spec/index.ts';
import { allDone } from '../../durable/steps.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { createLocalMsps, enrollIdentities, type LocalMsps } from './create-local-msps.ts';
import type { InUse } from '../before/in-use.ts';
import { startAuthorities, startOrganization } from './start-organization.ts';
import { nameOf, nodeCounts, organizationInput, type OrganizationNode } from '../../inputs.ts';
import { enrolledServers, unchangedOf, type UnchangedByOrganization } from '../before/unchanged-steps.ts';

/** What is known of the network before the run does anything. */
export interface Standing {
  readonly unchanged: UnchangedByOrganization;
  readonly inUse: InUse;
  /** The description that was last brought up to its end; absent means that none was. */
  readonly applied?: Network | undefined;
}

/** The roots of each organization's CAs, when they have started; undefined in a dry run that would make them. */
export type StartedAuthorities = ReadonlyMap<string, Promise<Roots | undefined>>;

/** Starts the certificate authorities of all organizations at the same time, each organization in a child workflow. */
export function startCertificateAuthorities(
  run: ApplyRun,
  { unchanged: found, inUse, applied }: Standing,
): StartedAuthorities {
  const { network, base, reference, steps, children } = run;
  const start = async (organization: Organization): Promise<Roots | undefined> => {
    const { steps: unchanged, isComplete } = unchangedOf(found, organization);
    const input = {
      ...{ base, organization, unchanged },
      cluster: reference(organization).cluster,
      isInUse: inUse.authorities.has(organization.name),
      consenters: consentersAmong(organization, inUse),
      outgoingPorts: outgoingPorts(network, organization, applied),
    };
    // No step is run, and a child workflow has nothing to do.
    if (isComplete) return startAuthorities(steps, input);
    const { roots } = await children.run({
      name: organization.name,
      workflow: startOrganization,
      input,
      summary: `CAs and configuration of ${organization.name}`,
    });
    return roots;
  };
  return byName(network.organizations, start);
}

/**
 * Has NetworkPolicies let nobody out any more to what only the description before named: until now it was still called. Where that named
 * nothing else there is nothing to do.
 */
export async function closeUnusedPorts(
  { network, base, reference, steps }: ApplyRun,
  applied: Network | undefined,
): Promise<void> {
  await allDone(
    network.organizations.map(async (organization) => {
      const ports = outgoingPorts(network, organization);
      if (JSON.stringify(outgoingPorts(network, organization, applied)) === JSON.stringify(ports)) return;
      await steps.at(reference(organization).cluster).applyOrganizationConfig(organization.name, {
        ...organizationInput(base, organization),
        nodes: nodeCounts(organization),
        outgoingPorts: ports,
      });
    }),
  );
}

/** Publishes the TLS roots of all organizations where nodes find them: in every namespace. */
export async function publishTlsRoots(run: ApplyRun, authorities: StartedAuthorities): Promise<void> {
  const { base, places, steps } = run;
  const started = [...authorities].map(async ([name, roots]) => ({ name, tlsca: (await roots)?.tlsca }));
  const roots = (await allDone(started)).flatMap(({ name, tlsca }) => (tlsca === undefined ? [] : [{ name, tlsca }]));
  await allDone(
    places.map(({ cluster, namespace }) => steps.at(cluster).publishTlsRoots(namespace, { ...base, namespace, roots })),
  );
}

/** The local MSPs of each organization, when they are made. */
export type CreatedMsps = ReadonlyMap<string, Promise<Pick<LocalMsps, 'orderers'>>>;

interface MspPrerequisites extends Standing {
  readonly authorities: StartedAuthorities;
  /** The orderers whose keys are lost, and when they have new ones. */
  readonly lostKeys: readonly OrganizationNode[];
  readonly newKeys: Promise<void>;
}

/**
 * Creates the local MSPs of each organization when its CAs have started. Channels wait for orderers, so the organizations that
 * have orderers come first: the others' turn is while orderers start.
 */
export function createMsps(
  run: ApplyRun,
  { authorities, unchanged: found, inUse, lostKeys, newKeys }: MspPrerequisites,
): CreatedMsps {
  const { network, base, reference, steps, children } = run;
  const create = async (organization: Organization): Promise<Pick<LocalMsps, 'orderers'>> => {
    await authorities.get(organization.name);
    const replaced = lostKeys.filter((node) => node.organization === organization).map(nameOf);
    if (replaced.length > 0) await newKeys;
    const { steps: unchanged, isComplete } = unchangedOf(found, organization);
    const cluster = reference(organization).cluster;
    const input = {
      ...{ base, organization, cluster, unchanged },
      chaincodeServers: enrolledServers(run, organization),
      consenters: consentersAmong(organization, inUse).filter((name) => !replaced.includes(name)),
    };
    if (isComplete) return { orderers: await enrollIdentities(steps, input) };
    return children.run({
      name: `${organization.name}/identities`,
      workflow: createLocalMsps,
      input,
      summary: `Identities and MSPs of ${organization.name}`,
    });
  };
  const isOrdering = ({ orderers }: Organization): boolean => orderers.length > 0;
  const ofOrderers = byName(network.organizations.filter(isOrdering), create);
  const ofPeers = byName(
    network.organizations.filter((organization) => !isOrdering(organization)),
    async (organization) => {
      await Promise.allSettled(ofOrderers.values());
      return create(organization);
    },
  );
  return new Map([...ofOrderers, ...ofPeers]);
}

function byName<Result>(
  organizations: readonly Organization[],
  work: (organization: Organization) => Promise<Result>,
): Map<string, Promise<Result>> {
  return new Map(organizations.map((organization) => [organization.name, work(organization)]));
}

/** Kubernetes names of the orderers of an organization that are in use. */
function consentersAmong(organization: Organization, { consenters }: InUse): string[] {
  return organization.orderers.map((orderer) => nodeName(organization, orderer)).filter((name) => consenters.has(name));
}
