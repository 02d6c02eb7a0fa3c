import { createCertificateAuthorityActivities, type CertificateAuthorityActivities } from './certificate-authority.ts';
import { createCertificateAuthorities } from './certificate-authorities.ts';
import { createChaincodeActivities, type ChaincodeActivities } from './chaincodes.ts';
import { createChaincodeServerActivities, type ChaincodeServerActivities } from './chaincode-servers.ts';
import { createChannelActivities, type ChannelActivities } from './channels.ts';
import { createChannelConfigActivities, type ChannelConfigActivities } from './channel-config.ts';
import { createChannelRemovalActivities, type ChannelRemovalActivities } from './channel-removal.ts';
import { createChannelInspectionActivities, type ChannelInspectionActivities } from './channel-inspection.ts';
import { createClusterActivities, type ClusterActivities } from './cluster.ts';
import { createIdentityActivities, type IdentityActivities } from './identities.ts';
import { createInspectionActivities, type InspectionActivities } from './inspection.ts';
import type { Dependencies } from './manifests.ts';
import { createNodeActivities, type NodeActivities } from './nodes.ts';
import { createOrganizationActivities, type OrganizationActivities } from './organization.ts';
import { createRecordActivities, type RecordActivities } from './record.ts';
import { createRemovalActivities, type RemovalActivities } from './removal.ts';

export type { Dependencies } from './manifests.ts';

/** Every activity by name. The names stand in histories: renaming one breaks the runs that are under way. */
export type Activities = ClusterActivities &
  OrganizationActivities &
  CertificateAuthorityActivities &
  IdentityActivities &
  NodeActivities &
  ChannelActivities &
  ChannelConfigActivities &
  ChannelRemovalActivities &
  ChaincodeActivities &
  ChaincodeServerActivities &
  RecordActivities &
  RemovalActivities &
  InspectionActivities &
  ChannelInspectionActivities;

/** The activities of one cluster. */
export function createActivities(dependencies: Dependencies): Activities {
  const authorities = createCertificateAuthorities(dependencies);
  return {
    ...createClusterActivities(dependencies),
    ...createOrganizationActivities(dependencies),
    ...createCertificateAuthorityActivities(dependencies, authorities),
    ...createIdentityActivities(dependencies, authorities),
    ...createNodeActivities(dependencies),
    ...createChannelActivities(dependencies),
    ...createChannelConfigActivities(dependencies),
    ...createChannelRemovalActivities(dependencies),
    ...createChaincodeActivities(dependencies),
    ...createChaincodeServerActivities(dependencies),
    ...createRecordActivities(dependencies),
    ...createRemovalActivities(dependencies),
    ...createInspectionActivities(dependencies),
    ...createChannelInspectionActivities(dependencies),
  };
}
