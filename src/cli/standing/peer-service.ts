import type { ServiceTarget } from '../../kubernetes/index.ts';
import { nodeName, PORTS, type Organization } from '../../spec/index.ts';

/** The Service of a peer. @param peer its name within its organization */
export function peerService(organization: Organization, peer: string): ServiceTarget {
  return { namespace: organization.namespace, service: nodeName(organization, { name: peer }), port: PORTS.service };
}

/** The command that opens a way from a machine to a Service without Weft. */
export function portForwardCommand({ namespace, service }: ServiceTarget): string {
  return `kubectl port-forward -n ${namespace} service/${service} ${PORTS.peer}:${PORTS.peer}`;
}
