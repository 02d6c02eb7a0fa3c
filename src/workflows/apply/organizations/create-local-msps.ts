import { setHandler } from '@temporalio/workflow';

import type { NetworkInput, PublicCertificates } from '../../../activities/inputs.ts';
import type { UnchangedStep } from '../../../activities/status/unchanged-steps.ts';
import type { Organization } from '../../../spec/index.ts';
import { followPauses } from '../../durable/pause.ts';
import { allDone, recordSteps, type Steps } from '../../durable/steps.ts';
import { identitiesOf, type OtherIdentities } from '../../inputs.ts';
import { progressOf, progressQuery, type StepRecord } from '../../messages.ts';

export interface CreateLocalMspsInput extends OtherIdentities {
  readonly base: NetworkInput;
  readonly organization: Organization;
  /** Name of the organization's cluster. */
  readonly cluster: string;
  /** Steps that were found to have nothing to do. */
  readonly unchanged: readonly UnchangedStep[];
}

export interface LocalMsps {
  readonly steps: readonly StepRecord[];
  /** Public certificates of the organization's orderers, by Kubernetes name; in a dry run only those that stay as they are. */
  readonly orderers: Readonly<Record<string, PublicCertificates>>;
}

/**
 * The local MSPs of one organization whose CAs have started: registers and enrolls the identities of its nodes, of its Admin
 * and of chaincode servers that talk TLS. No node is launched here.
 */
export async function createLocalMsps(input: CreateLocalMspsInput): Promise<LocalMsps> {
  const steps = recordSteps(followPauses(), input.unchanged);
  setHandler(progressQuery, (since) => progressOf(steps.changedSince(since)));
  return { steps: steps.records, orderers: await enrollIdentities(steps, input) };
}

/** Registers and enrolls the identities of an organization. @returns the public certificates of its orderers */
export async function enrollIdentities(
  steps: Steps,
  { base, organization, cluster, ...others }: CreateLocalMspsInput,
): Promise<LocalMsps['orderers']> {
  const enrolled = await allDone(
    identitiesOf(base, organization, others).map(async ({ target, input }) => {
      const { certificates } = await steps.at(cluster).enrollIdentity(target, input);
      return certificates === undefined ? [] : [[input.identity.name, certificates] as const];
    }),
  );
  return Object.fromEntries(enrolled.flat());
}
