import {
  createCertificateAuthorityActivities,
  type CertificateAuthorityActivities,
} from './identities/certificate-authority.ts';
import { currentEnrollments, currentWrites } from './current-writes.ts';
import { createCertificateAuthorities, type CertificateAuthorities } from './identities/ca-connections.ts';
import { createLifecycleActivities, type LifecycleActivities } from './chaincodes/lifecycle.ts';
import { createChaincodeQueryActivities, type ChaincodeQueryActivities } from './chaincodes/query.ts';
import { createChaincodeServerActivities, type ChaincodeServerActivities } from './chaincodes/servers.ts';
import { createGenesisBlockActivities, type GenesisBlockActivities } from './channels/genesis-block.ts';
import { createJoinActivities, type JoinActivities } from './channels/join.ts';
import { createLeaderActivities, type LeaderActivities } from './channels/leader.ts';
import { createConfigUpdateActivities, type ConfigUpdateActivities } from './channels/config-update.ts';
import { createLeaveActivities, type LeaveActivities } from './channels/leave.ts';
import { createChannelRemovalActivities, type ChannelRemovalActivities } from './channels/removal.ts';
import { createChannelInspectionActivities, type ChannelInspectionActivities } from './status/channels.ts';
import { createClusterActivities, type ClusterActivities } from './cluster/preflight.ts';
import { createNamespaceActivities, type NamespaceActivities } from './cluster/namespaces.ts';
import { createApplicationIdentityActivities, type ApplicationIdentityActivities } from './identities/applications.ts';
import { createIdentityActivities, type IdentityActivities } from './identities/enroll.ts';
import { createNewKeyActivities, type NewKeyActivities } from './identities/new-key.ts';
import { createRevocationActivities, type RevocationActivities } from './identities/revocation.ts';
import { createRegistrarActivities, type RegistrarActivities } from './identities/registrar.ts';
import { createUnchangedStepsActivities, type UnchangedStepsActivities } from './status/unchanged-steps.ts';
import { createCertificateInspectionActivities, type CertificateInspectionActivities } from './status/certificates.ts';
import { createInspectionActivities, type InspectionActivities } from './status/nodes.ts';
import type { Dependencies } from './cluster/manifests.ts';
import { createNodeActivities, type NodeActivities } from './nodes/nodes.ts';
import { createOrganizationActivities, type OrganizationActivities } from './nodes/organization.ts';
import { createUnjoinActivities, type UnjoinActivities } from './peers/unjoin.ts';
import { createRecordActivities, type RecordActivities } from './cluster/record.ts';
import { createRemovalActivities, type RemovalActivities } from './prune/removal.ts';

export type { Dependencies } from './cluster/manifests.ts';

/** Every activity by name. The names stand in histories: renaming one breaks the runs that are under way. */
export type Activities = ClusterActivities &
  NamespaceActivities &
  OrganizationActivities &
  CertificateAuthorityActivities &
  RegistrarActivities &
  IdentityActivities &
  ApplicationIdentityActivities &
  RevocationActivities &
  NewKeyActivities &
  NodeActivities &
  GenesisBlockActivities &
  JoinActivities &
  LeaderActivities &
  ConfigUpdateActivities &
  ChannelRemovalActivities &
  LeaveActivities &
  UnjoinActivities &
  LifecycleActivities &
  ChaincodeQueryActivities &
  ChaincodeServerActivities &
  RecordActivities &
  RemovalActivities &
  UnchangedStepsActivities &
  InspectionActivities &
  CertificateInspectionActivities &
  ChannelInspectionActivities;

/**
 * The activities of one cluster.
 *
 * @param given what they work with; what they write is written only while their attempt is not given up
 * @param asked the CAs of organizations; absent means those in the cluster
 */
export function createActivities(
  given: Dependencies,
  asked: CertificateAuthorities = createCertificateAuthorities(given),
): Activities {
  const dependencies = currentWrites(given);
  const authorities = currentEnrollments(asked);
  return {
    ...createClusterActivities(dependencies),
    ...createNamespaceActivities(dependencies),
    ...createOrganizationActivities(dependencies),
    ...createCertificateAuthorityActivities(dependencies, authorities),
    ...createRegistrarActivities(dependencies, authorities),
    ...createIdentityActivities(dependencies, authorities),
    ...createApplicationIdentityActivities(dependencies, authorities),
    ...createRevocationActivities(dependencies, authorities),
    ...createNewKeyActivities(dependencies, authorities),
    ...createNodeActivities(dependencies),
    ...createGenesisBlockActivities(dependencies),
    ...createJoinActivities(dependencies),
    ...createLeaderActivities(dependencies),
    ...createConfigUpdateActivities(dependencies),
    ...createChannelRemovalActivities(dependencies),
    ...createLeaveActivities(dependencies),
    ...createUnjoinActivities(dependencies),
    ...createLifecycleActivities(dependencies),
    ...createChaincodeQueryActivities(dependencies),
    ...createChaincodeServerActivities(dependencies),
    ...createRecordActivities(dependencies),
    ...createRemovalActivities(dependencies),
    ...createUnchangedStepsActivities(dependencies, authorities),
    ...createInspectionActivities(dependencies),
    ...createCertificateInspectionActivities(dependencies),
    ...createChannelInspectionActivities(dependencies),
  };
}
