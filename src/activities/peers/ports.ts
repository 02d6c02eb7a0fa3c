import type { ServiceTarget } from '../../kubernetes/index.ts';
import { PORTS } from '../../spec/index.ts';
import type { OrganizationReference } from '../inputs.ts';

/** Ports of a node's Service that Weft itself calls. */
const CALLED = {
  grpc: PORTS.service,
  ordererAdmin: PORTS.ordererAdmin,
  ordererOperations: PORTS.ordererOperations,
} as const;

/** The Service of an organization's node, at one of its ports. */
export function serviceOf(
  { namespace }: OrganizationReference,
  node: string,
  port: keyof typeof CALLED,
): ServiceTarget {
  return { namespace, service: node, port: CALLED[port] };
}
