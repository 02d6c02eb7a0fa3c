import type { ServiceTarget } from '../../kubernetes/index.ts';
import type { RunningNode } from '../inputs.ts';

/** Ports of a node's Service; kube/orderer.yaml and kube/peer.yaml say the same. */
const PORTS = { grpc: 443, ordererAdmin: 9443, ordererOperations: 8443 } as const;

/** The Service of a node, at one of its ports. */
export function serviceOf({ node, organization }: RunningNode, port: keyof typeof PORTS): ServiceTarget {
  return { namespace: organization.namespace, service: node, port: PORTS[port] };
}
