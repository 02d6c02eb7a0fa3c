import { setHandler } from '@temporalio/workflow';

import type { DeploymentResult } from '../../activities/nodes/nodes.ts';
import type { PublishedRoots } from '../../activities/identities/certificate-authority.ts';
import type { NetworkInput } from '../../activities/inputs.ts';
import { CA_NODE, caName, nodeTargetName, type Organization } from '../../spec/index.ts';
import { activitiesOf } from '../durable/activities.ts';
import { progressQuery, type StepRecord } from '../messages.ts';
import { allDone, recordSteps } from '../durable/steps.ts';
import { nodesOf, organizationInput, volumeOf } from '../inputs.ts';

export interface StartedOrganization {
  readonly steps: readonly StepRecord[];
  /** Root certificates of its CAs, PEM; absent in a dry run where there are none yet. */
  readonly roots?: PublishedRoots['roots'];
}

/**
 * One organization before its identities: starts its certificate authorities, publishes their roots, enrolls the registrar,
 * and meanwhile writes the configuration that its nodes share and claims their volumes.
 */
export async function startOrganization(
  cluster: string,
  base: NetworkInput,
  organization: Organization,
): Promise<StartedOrganization> {
  const steps = recordSteps(activitiesOf(cluster));
  setHandler(progressQuery, () => ({ milestones: [], steps: steps.records, children: [] }));
  const target = organizationInput(base, organization);
  const ca = nodeTargetName(organization, { name: CA_NODE });

  const enrollRegistrar = async ({ outcome, rolledOut }: DeploymentResult): Promise<PublishedRoots['roots']> => {
    if (!base.dryRun && !rolledOut) {
      await steps.run('awaitRollout', ca, {
        namespace: organization.namespace,
        name: caName(organization),
        timeoutSeconds: base.network.kubernetes.rolloutTimeoutSeconds,
        after: outcome,
      });
    }
    const published = steps.run('publishCaCertificates', ca, target);
    await allDone<unknown>([published, steps.run('enrollRegistrar', ca, target)]);
    return (await published).roots;
  };

  // The CAs first: everything else waits for them, or can be made while they start.
  const started = await steps.run('startCertificateAuthority', ca, target);
  const registrarEnrolled = enrollRegistrar(started);
  await allDone<unknown>([
    registrarEnrolled,
    steps.run('claimVolumes', organization.name, { ...target, volumes: nodesOf(organization).map(volumeOf) }),
    steps.run('applyOrganizationConfig', organization.name, target),
    steps.run('writeNodeOuConfig', organization.name, target),
  ]);
  const roots = await registrarEnrolled;
  return { steps: steps.records, ...(roots === undefined ? {} : { roots }) };
}
