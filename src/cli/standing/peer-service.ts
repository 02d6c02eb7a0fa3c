import type { ServiceTarget } from '../../kubernetes/index.ts';
import { nodeName, type Organization } from '../../spec/index.ts';

/** Ports of a peer's Service that lead to its gRPC port; kube/peer.yaml says the same. */
const GRPCS_PORT = 443;
const GRPC_PORT = 7051;

/** The Service of a peer. @param peer its name within its organization */
export function peerService(organization: Organization, peer: string): ServiceTarget {
  return { namespace: organization.namespace, service: nodeName(organization, { name: peer }), port: GRPCS_PORT };
}

/** Where a peer answers within the cluster, with the port that Fabric's clients expect: `org1-peer1.ns.svc.cluster.local:7051`. */
export function inClusterEndpoint({ namespace, service }: ServiceTarget): string {
  return `${service}.${namespace}.svc.cluster.local:${GRPC_PORT}`;
}

/** The command that opens a way from a machine to a Service without Weft. */
export function portForwardCommand({ namespace, service }: ServiceTarget): string {
  return `kubectl port-forward -n ${namespace} service/${service} ${GRPC_PORT}:${GRPC_PORT}`;
}
