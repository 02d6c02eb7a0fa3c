import { setHandler } from '@temporalio/workflow';

import type { DeploymentResult } from '../activities/nodes.ts';
import type { IdentityTarget, NetworkTarget } from '../activities/targets.ts';
import { ADMIN_NODE, CA_NODE, caName, nodeTargetName, type Organization } from '../spec/index.ts';
import { activitiesOf } from './activities.ts';
import { progressQuery, type StepRecord } from './messages.ts';
import { allDone, recordSteps } from './steps.ts';
import {
  adminIdentity,
  chaincodeServerIdentity,
  nodeIdentity,
  nodesOf,
  organizationTarget,
  targetOf,
  volumeOf,
} from './targets.ts';

export interface LocalMsps {
  readonly steps: readonly StepRecord[];
  /** Kubernetes names of the nodes whose certificates are new, or would be. */
  readonly newCertificates: readonly string[];
}

/**
 * One organization: starts its certificate authorities, registers and enrolls the identities of its nodes and of its
 * Admin, and writes what makes a local MSP of them. No node is launched here.
 *
 * @param chaincodeServers names of the organization's chaincode servers that talk TLS
 */
export async function createLocalMsps(
  cluster: string,
  base: NetworkTarget,
  organization: Organization,
  chaincodeServers: readonly string[] = [],
): Promise<LocalMsps> {
  const activities = activitiesOf(cluster);
  const steps = recordSteps(activities);
  setHandler(progressQuery, () => ({ milestones: [], steps: steps.records, children: [] }));

  const target = organizationTarget(base, organization);
  const ca = nodeTargetName(organization, { name: CA_NODE });
  const nodes = nodesOf(organization);

  const newCertificates: string[] = [];
  const enroll = async (label: string, identity: IdentityTarget): Promise<void> => {
    const enrolled = await steps.run('enrollIdentity', label, identity);
    if (enrolled.newCertificates) newCertificates.push(identity.identity.name);
  };
  const enrollEverybody = async ({ outcome, rolledOut }: DeploymentResult): Promise<void> => {
    if (!base.dryRun && !rolledOut) {
      await steps.run('awaitRollout', ca, {
        namespace: organization.namespace,
        name: caName(organization),
        timeoutSeconds: base.network.kubernetes.rolloutTimeoutSeconds,
        after: outcome,
      });
    }
    await allDone([steps.run('publishCaCertificates', ca, target), steps.run('enrollRegistrar', ca, target)]);
    await allDone([
      ...nodes.map((placed) => enroll(targetOf(placed), nodeIdentity(base, placed))),
      enroll(nodeTargetName(organization, { name: ADMIN_NODE }), adminIdentity(base, organization)),
      ...chaincodeServers.map((server) =>
        enroll(
          nodeTargetName(organization, { name: server.slice(`${organization.name}-`.length) }),
          chaincodeServerIdentity(base, organization, server),
        ),
      ),
    ]);
  };

  // The CAs first: everything else waits for them, or can be made while they start.
  const started = await steps.run('startCertificateAuthority', ca, target);
  await allDone<unknown>([
    enrollEverybody(started),
    steps.run('claimVolumes', organization.name, { ...target, volumes: nodes.map(volumeOf) }),
    steps.run('applyOrganizationConfig', organization.name, target),
    steps.run('writeNodeOuConfig', organization.name, target),
  ]);
  return { steps: steps.records, newCertificates };
}
