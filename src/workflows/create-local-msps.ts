import { setHandler } from '@temporalio/workflow';

import type { NetworkTarget } from '../activities/targets.ts';
import { ADMIN_NODE, CA_NODE, caName, nodeTargetName, type Organization } from '../spec/index.ts';
import { activitiesOf } from './activities.ts';
import { progressQuery, type StepRecord } from './messages.ts';
import { allDone, recordSteps } from './steps.ts';
import { adminIdentity, nodeIdentity, nodesOf, organizationTarget, targetOf } from './targets.ts';

export interface LocalMsps {
  readonly steps: readonly StepRecord[];
  /** Kubernetes names of the nodes whose certificates are new, or would be. */
  readonly newCertificates: readonly string[];
}

/**
 * One organization: starts its certificate authorities, registers and enrolls the identities of its nodes and of its
 * Admin, and writes what makes a local MSP of them. No node is launched here.
 */
export async function createLocalMsps(
  cluster: string,
  base: NetworkTarget,
  organization: Organization,
): Promise<LocalMsps> {
  const activities = activitiesOf(cluster);
  const steps = recordSteps(activities);
  setHandler(progressQuery, () => ({ milestones: [], steps: steps.records, children: [] }));

  const target = organizationTarget(base, organization);
  const ca = nodeTargetName(organization, { name: CA_NODE });
  const nodes = nodesOf(organization);

  // Volumes first: a pod that is created in the same instant as its claim waits for kubelet's backoff.
  const volumes = nodes.map((placed) =>
    steps.run('claimVolume', targetOf(placed), {
      ...target,
      name: nodeIdentity(base, placed).identity.name,
      settings: placed.node,
    }),
  );
  const configuration = [
    steps.run('applyOrganizationConfig', organization.name, target),
    steps.run('writeNodeOuConfig', organization.name, target),
  ];

  const startCertificateAuthorities = async (): Promise<void> => {
    await steps.run('claimVolume', ca, {
      ...target,
      name: caName(organization),
      settings: organization.certificateAuthority,
    });
    const started = await steps.run('startCertificateAuthority', ca, target);
    if (!base.dryRun) {
      await steps.run('awaitRollout', ca, {
        namespace: organization.namespace,
        name: caName(organization),
        timeoutSeconds: base.network.kubernetes.rolloutTimeoutSeconds,
        after: started.outcome,
      });
    }
    await allDone([steps.run('publishCaCertificates', ca, target), steps.run('enrollRegistrar', ca, target)]);
  };

  const newCertificates: string[] = [];
  const enroll = async (label: string, identity: ReturnType<typeof nodeIdentity>): Promise<void> => {
    await steps.run('registerIdentity', label, identity);
    const enrolled = await allDone([
      steps.run('enrollIdentity', label, identity),
      steps.run('enrollTls', label, identity),
    ]);
    if (enrolled.some(({ outcome }) => outcome !== 'unchanged')) newCertificates.push(identity.identity.name);
  };
  const enrollEverybody = async (): Promise<void> => {
    await startCertificateAuthorities();
    await allDone([
      ...nodes.map((placed) => enroll(targetOf(placed), nodeIdentity(base, placed))),
      enroll(nodeTargetName(organization, { name: ADMIN_NODE }), adminIdentity(base, organization)),
    ]);
  };

  await allDone<unknown>([...volumes, ...configuration, enrollEverybody()]);
  return { steps: steps.records, newCertificates };
}
