import { setHandler } from '@temporalio/workflow';

import type { NetworkInput, Roots } from '../../../activities/inputs.ts';
import type { UnchangedStep } from '../../../activities/status/unchanged-steps.ts';
import type { DeploymentResult } from '../../../activities/nodes/nodes.ts';
import { CA_NODE, caName, nodeTargetName, type Organization, type OutgoingPorts } from '../../../spec/index.ts';
import { followPauses } from '../../durable/pause.ts';
import { allDone, recordSteps, type Steps } from '../../durable/steps.ts';
import { nodeCounts, nodesOf, organizationInput, volumeOf } from '../../inputs.ts';
import { progressOf, progressQuery, type StepRecord } from '../../messages.ts';

export interface StartOrganizationInput {
  readonly base: NetworkInput;
  readonly organization: Organization;
  /** Name of the organization's cluster. */
  readonly cluster: string;
  /** Its CAs have run: what they keep is not made anew. */
  readonly isInUse: boolean;
  /** Kubernetes names of its orderers whose ledgers are not made anew. */
  readonly consenters: readonly string[];
  /** What its NetworkPolicies let out. */
  readonly outgoingPorts: OutgoingPorts;
  /** Steps that were found to have nothing to do. */
  readonly unchanged: readonly UnchangedStep[];
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
  const steps = recordSteps(followPauses(), input.unchanged);
  setHandler(progressQuery, (since) => progressOf(steps.changedSince(since)));
  const roots = await startAuthorities(steps, input);
  return { steps: steps.records, ...(roots === undefined ? {} : { roots }) };
}

/** The steps of {@link startOrganization}. @returns the roots of the CAs; undefined in a dry run that would make them */
export async function startAuthorities(steps: Steps, input: StartOrganizationInput): Promise<Roots | undefined> {
  const { base, organization } = input;
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
    await allDone([published, step.enrollRegistrar(ca, settings)]);
    return (await published).roots;
  };

  // The CAs first: everything else waits for them, or can be made while they start.
  const consenters = new Set(input.consenters);
  const volumes = nodesOf(organization).map((node) => volumeOf(node, consenters));
  const rootsPublished = publishRootsAndEnrollRegistrar(
    await step.startCertificateAuthority(ca, { ...settings, isInUse: input.isInUse }),
  );
  await allDone([
    rootsPublished,
    step.claimVolumes(organization.name, { ...settings, volumes }),
    step.applyOrganizationConfig(organization.name, {
      ...settings,
      nodes: nodeCounts(organization),
      outgoingPorts: input.outgoingPorts,
    }),
    step.writeNodeOuConfig(organization.name, settings),
  ]);
  return rootsPublished;
}
