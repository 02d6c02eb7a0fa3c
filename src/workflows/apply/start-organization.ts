import { setHandler } from '@temporalio/workflow';

import type { DeploymentResult } from '../../activities/nodes/nodes.ts';
import type { NetworkInput } from '../../activities/inputs.ts';
import { CA_NODE, caName, nodeTargetName, type Organization } from '../../spec/index.ts';
import { activitiesOf } from '../durable/activities.ts';
import { progressQuery, type StepRecord } from '../messages.ts';
import { allDone, recordSteps } from '../durable/steps.ts';
import { nodesOf, organizationInput, volumeOf } from '../inputs.ts';

/**
 * One organization before its identities: starts its certificate authorities, publishes their roots, enrolls the registrar,
 * and meanwhile writes the configuration that its nodes share and claims their volumes.
 */
export async function startOrganization(
  cluster: string,
  base: NetworkInput,
  organization: Organization,
): Promise<{ readonly steps: readonly StepRecord[] }> {
  const steps = recordSteps(activitiesOf(cluster));
  setHandler(progressQuery, () => ({ milestones: [], steps: steps.records, children: [] }));
  const target = organizationInput(base, organization);
  const ca = nodeTargetName(organization, { name: CA_NODE });

  const enrollRegistrar = async ({ outcome, rolledOut }: DeploymentResult): Promise<void> => {
    if (!base.dryRun && !rolledOut) {
      await steps.run('awaitRollout', ca, {
        namespace: organization.namespace,
        name: caName(organization),
        timeoutSeconds: base.network.kubernetes.rolloutTimeoutSeconds,
        after: outcome,
      });
    }
    await allDone([steps.run('publishCaCertificates', ca, target), steps.run('enrollRegistrar', ca, target)]);
  };

  // The CAs first: everything else waits for them, or can be made while they start.
  const started = await steps.run('startCertificateAuthority', ca, target);
  await allDone<unknown>([
    enrollRegistrar(started),
    steps.run('claimVolumes', organization.name, { ...target, volumes: nodesOf(organization).map(volumeOf) }),
    steps.run('applyOrganizationConfig', organization.name, target),
    steps.run('writeNodeOuConfig', organization.name, target),
  ]);
  return { steps: steps.records };
}
