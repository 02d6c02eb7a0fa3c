import { setHandler } from '@temporalio/workflow';

import type { IdentityInput, NetworkInput } from '../../activities/inputs.ts';
import { ADMIN_NODE, nodeTargetName, type Organization } from '../../spec/index.ts';
import { activitiesOf } from '../durable/activities.ts';
import { progressQuery, type StepRecord } from '../messages.ts';
import { allDone, recordSteps } from '../durable/steps.ts';
import { adminIdentity, chaincodeServerIdentity, nodeIdentity, nodesOf, targetOf } from '../inputs.ts';

export interface LocalMsps {
  readonly steps: readonly StepRecord[];
}

/**
 * The local MSPs of one organization whose CAs stand: registers and enrolls the identities of its nodes, of its Admin and of
 * chaincode servers that talk TLS. No node is launched here.
 *
 * @param chaincodeServers names of the organization's chaincode servers that talk TLS
 */
export async function createLocalMsps(
  cluster: string,
  base: NetworkInput,
  organization: Organization,
  chaincodeServers: readonly string[] = [],
): Promise<LocalMsps> {
  const steps = recordSteps(activitiesOf(cluster));
  setHandler(progressQuery, () => ({ milestones: [], steps: steps.records, children: [] }));

  const enroll = (label: string, identity: IdentityInput): Promise<unknown> =>
    steps.run('enrollIdentity', label, identity);
  await allDone([
    ...nodesOf(organization).map((placed) => enroll(targetOf(placed), nodeIdentity(base, placed))),
    enroll(nodeTargetName(organization, { name: ADMIN_NODE }), adminIdentity(base, organization)),
    ...chaincodeServers.map((server) =>
      enroll(
        nodeTargetName(organization, { name: server.slice(`${organization.name}-`.length) }),
        chaincodeServerIdentity(base, organization, server),
      ),
    ),
  ]);
  return { steps: steps.records };
}
