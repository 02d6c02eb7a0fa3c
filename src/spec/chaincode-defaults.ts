import type { Collection, Resources } from './network.ts';

/** What Fabric takes itself for a definition without a policy (core/chaincode/lifecycle/lifecycle.go, DefaultEndorsementPolicyRef). */
export const DEFAULT_ENDORSEMENT_POLICY = '/Channel/Application/Endorsement';

/** One server for all peers of an organization: they run the same code, and each more is a pod more. */
export const DEFAULT_SERVER_PER = 'organization';

/** What the scheduler reserves for a chaincode: a server in Go holds about 20 MB at rest, one in Node about 60. No limits, as for peers. */
export const DEFAULT_CHAINCODE_RESOURCES: Resources = { requests: { cpu: '20m', memory: '64Mi' } };

/**
 * The counts are those that `peer` takes for a collection that does not say (internal/peer/chaincode/common.go,
 * getCollectionConfigFromBytes). Only members may read and write, as in Fabric's samples: who wants it otherwise says so.
 */
export const DEFAULT_COLLECTION: Omit<Collection, 'name' | 'policy' | 'endorsementPolicy'> = {
  requiredPeerCount: 0,
  maxPeerCount: 1,
  blockToLive: 0,
  memberOnlyRead: true,
  memberOnlyWrite: true,
};
