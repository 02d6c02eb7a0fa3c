import { setHandler } from '@temporalio/workflow';

import type { IdentityInput, NetworkInput, PublicCertificates } from '../../activities/inputs.ts';
import { ADMIN_NODE, nodeTargetName, type Organization } from '../../spec/index.ts';
import { allDone, recordSteps } from '../durable/steps.ts';
import { adminIdentity, chaincodeServerIdentity, nodeIdentity, nodesOf, targetOf } from '../inputs.ts';
import { progressOf, progressQuery, type StepRecord } from '../messages.ts';

export interface CreateLocalMspsInput {
  readonly base: NetworkInput;
  readonly organization: Organization;
  /** Name of the organization's cluster. */
  readonly cluster: string;
  /** Names of the organization's chaincode servers that talk TLS. */
  readonly chaincodeServers: readonly string[];
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
  const { base, organization, chaincodeServers } = input;
  const steps = recordSteps();
  setHandler(progressQuery, (since) => progressOf(steps.changedSince(since)));

  const orderers: Record<string, PublicCertificates> = {};
  const enroll = async (label: string, identity: IdentityInput): Promise<void> => {
    const { certificates } = await steps.at(input.cluster).enrollIdentity(label, identity);
    if (certificates !== undefined) orderers[identity.identity.name] = certificates;
  };
  await allDone([
    ...nodesOf(organization).map((node) => enroll(targetOf(node), nodeIdentity(base, node))),
    enroll(nodeTargetName(organization, { name: ADMIN_NODE }), adminIdentity(base, organization)),
    ...chaincodeServers.map((server) =>
      enroll(
        nodeTargetName(organization, { name: server.slice(`${organization.name}-`.length) }),
        chaincodeServerIdentity(base, organization, server),
      ),
    ),
  ]);
  return { steps: steps.records, orderers };
}
