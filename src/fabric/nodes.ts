import { connectOrdererAdmin } from './orderer/admin.ts';
import { connectOrderer } from './orderer/client.ts';
import { consensusMetrics } from './orderer/metrics.ts';
import { connectPeer } from './peer/client.ts';

/** How Fabric's nodes are asked. */
export interface FabricNodes {
  readonly connectPeer: typeof connectPeer;
  readonly connectOrderer: typeof connectOrderer;
  readonly connectOrdererAdmin: typeof connectOrdererAdmin;
  readonly consensusMetrics: typeof consensusMetrics;
}

/** Real nodes, by gRPC and HTTP. */
export const fabricNodes: FabricNodes = { connectPeer, connectOrderer, connectOrdererAdmin, consensusMetrics };
