import {
  createCertificateAuthorityActivities,
  type CertificateAuthorityActivities,
} from './identities/certificate-authority.ts';
import { createCertificateAuthorities } from './identities/ca-connections.ts';
import { createChaincodeActivities, type ChaincodeActivities } from './chaincodes/lifecycle.ts';
import { createChaincodeServerActivities, type ChaincodeServerActivities } from './chaincodes/servers.ts';
import { createChannelActivities, type ChannelActivities } from './channels/join.ts';
import { createChannelConfigActivities, type ChannelConfigActivities } from './channels/config-update.ts';
import { createChannelRemovalActivities, type ChannelRemovalActivities } from './channels/removal.ts';
import { createChannelInspectionActivities, type ChannelInspectionActivities } from './status/channels.ts';
import { createClusterActivities, type ClusterActivities } from './cluster/preflight.ts';
import { createIdentityActivities, type IdentityActivities } from './identities/enroll.ts';
import { createRegistrarActivities, type RegistrarActivities } from './identities/registrar.ts';
import { createInspectionActivities, type InspectionActivities } from './status/nodes.ts';
import type { Dependencies } from './cluster/manifests.ts';
import { createNodeActivities, type NodeActivities } from './nodes/nodes.ts';
import { createOrganizationActivities, type OrganizationActivities } from './nodes/organization.ts';
import { createRecordActivities, type RecordActivities } from './cluster/description-record.ts';
import { createRemovalActivities, type RemovalActivities } from './prune/removal.ts';

export type { Dependencies } from './cluster/manifests.ts';

/** Every activity by name. The names stand in histories: renaming one breaks the runs that are under way. */
export type Activities = ClusterActivities &
  OrganizationActivities &
  CertificateAuthorityActivities &
  RegistrarActivities &
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
    ...createRegistrarActivities(dependencies, authorities),
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
