import type { ServiceTarget } from '../../kubernetes/index.ts';
import { PORTS } from '../../spec/index.ts';
import type { RunningNode } from '../inputs.ts';

/** Ports of a node's Service that Weft itself calls. */
const CALLED = {
  grpc: PORTS.service,
  ordererAdmin: PORTS.ordererAdmin,
  ordererOperations: PORTS.ordererOperations,
} as const;

/** The Service of a node, at one of its ports. */
export function serviceOf({ node, organization }: RunningNode, port: keyof typeof CALLED): ServiceTarget {
  return { namespace: organization.namespace, service: node, port: CALLED[port] };
}
