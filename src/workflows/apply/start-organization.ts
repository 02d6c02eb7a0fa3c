import { setHandler } from '@temporalio/workflow';

import type { NetworkInput, Roots } from '../../activities/inputs.ts';
import type { DeploymentResult } from '../../activities/nodes/nodes.ts';
import { CA_NODE, caName, nodeTargetName, type Organization } from '../../spec/index.ts';
import { allDone, recordSteps } from '../durable/steps.ts';
import { nodesOf, organizationInput, volumeOf } from '../inputs.ts';
import { progressOf, progressQuery, type StepRecord } from '../messages.ts';

export interface StartOrganizationInput {
  readonly base: NetworkInput;
  readonly organization: Organization;
  /** Name of the organization's cluster. */
  readonly cluster: string;
}

export interface StartedOrganization {
  readonly steps: readonly StepRecord[];
  /** Roots of its CAs; undefined in a dry run that would make them. */
  readonly roots?: Roots;
}

/**
 * One organization before its identities: starts its certificate authorities, publishes their roots, enrolls the registrar,
 * and meanwhile writes the configuration that its nodes share and claims their volumes.
 */
export async function startOrganization(input: StartOrganizationInput): Promise<StartedOrganization> {
  const { base, organization } = input;
  const steps = recordSteps();
  setHandler(progressQuery, (since) => progressOf(steps.changedSince(since)));
  const step = steps.at(input.cluster);
  const settings = organizationInput(base, organization);
  const ca = nodeTargetName(organization, { name: CA_NODE });

  const publishRootsAndEnrollRegistrar = async (deployed: DeploymentResult): Promise<Roots | undefined> => {
    if (!base.dryRun && !deployed.rolledOut) {
      await step.awaitRollout(ca, {
        namespace: organization.namespace,
        name: caName(organization),
        timeoutSeconds: base.network.kubernetes.rolloutTimeoutSeconds,
        after: deployed.outcome,
      });
    }
    const published = step.publishCaCertificates(ca, settings);
    await allDone<unknown>([published, step.enrollRegistrar(ca, settings)]);
    return (await published).roots;
  };

  // The CAs first: everything else waits for them, or can be made while they start.
  const rootsPublished = publishRootsAndEnrollRegistrar(await step.startCertificateAuthority(ca, settings));
  await allDone<unknown>([
    rootsPublished,
    step.claimVolumes(organization.name, { ...settings, volumes: nodesOf(organization).map(volumeOf) }),
    step.applyOrganizationConfig(organization.name, settings),
    step.writeNodeOuConfig(organization.name, settings),
  ]);
  const roots = await rootsPublished;
  return { steps: steps.records, ...(roots === undefined ? {} : { roots }) };
}
