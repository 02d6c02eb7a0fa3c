/** Addresses inside the node's own network namespace: no other node and not the machine itself can see them. */
export const podRange = '10.244.0.0/16';
export const serviceRange = '10.96.0.0/16';

/** The first address of the service range is the API server's own Service. */
export const apiServiceAddress = '10.96.0.1';
export const dnsServiceAddress = '10.96.0.10';
export const clusterDomain = 'cluster.local';

export const ports = {
  etcd: 2379,
  etcdPeers: 2380,
  apiServer: 6443,
  kubelet: 10_250,
  kubeletHealth: 10_248,
  kubeProxyHealth: 10_256,
  controllerManager: 10_257,
  scheduler: 10_259,
  registry: 5_000,
} as const;

/** The registry's name in image references, in every instance and whatever port it has on this machine. */
export const imageRegistry = `localhost:${ports.registry}`;
