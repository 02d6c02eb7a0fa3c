/** A Service that something has to talk to. */
export interface ServiceTarget {
  readonly namespace: string;
  readonly service: string;
  /** Number of the Service's port, not of the container's. */
  readonly port: number;
}

/** A connection to a Service that stays open until it is closed. */
export interface Connection {
  /** Host name to connect to; certificates of Weft's nodes are valid for it. */
  readonly host: string;
  readonly port: number;
  /** Ends it and every connection through it. */
  close(): Promise<void>;
}

/** Connects this process to Services of the cluster: see `serviceDns` and `portForward`. */
export interface ServiceConnector {
  /**
   * @param signal ends the attempt; a connection that is open by then is ended by `close`
   * @throws {KubernetesError} `noReadyPod` while no pod of the Service is ready
   */
  connect(target: ServiceTarget, signal: AbortSignal): Promise<Connection>;
}

/** Connects to Services by their DNS name, which works inside the cluster only. */
export function serviceDns(): ServiceConnector {
  return {
    connect: ({ namespace, service, port }) =>
      Promise.resolve({ host: `${service}.${namespace}.svc`, port, close: () => Promise.resolve() }),
  };
}
