import { Client } from 'undici';

import { repeated } from '../../calls/index.ts';
import { abortable, connectionFailure, originOf, readAnswer, type HttpAnswer } from '../tools/http.ts';
import { knownCaller, type KnownCaller, type KnownCallerEndpoint } from '../tools/known-caller.ts';
import { FabricError, passingNodeCall, type FabricErrorKind } from '../error.ts';

/** Where the operations endpoint of an orderer answers. */
export interface OperationsEndpoint extends Pick<KnownCallerEndpoint, 'host' | 'port'> {
  /** With what it is asked, as orderer.yaml sets it; absent means that it speaks HTTP, as orderers of versions before do. */
  readonly tls?: Omit<KnownCallerEndpoint, 'host' | 'port' | 'timeoutMs'>;
  /** How long the call may take, connecting included. */
  readonly timeoutMs: number;
  /** Ends the call with its reason. */
  readonly signal?: AbortSignal;
}

/** What an orderer says of the consensus of one channel. */
export interface ConsensusMetrics {
  readonly consensus: 'raft' | 'bft';
  /** Whether this orderer is the leader; with BFT, was it at the newest block that it has. */
  readonly isLeader: boolean;
  /** How many consenters the channel has; with BFT, had when the orderer last started. */
  readonly clusterSize: number;
  /** Number of the newest block that consensus has committed. */
  readonly committedBlock: number;
  /** How many streams the other orderers have open to this one, for the messages of all Raft channels together; 0 with BFT. */
  readonly streams: number;
}

/**
 * What an orderer says of the consensus of each channel in which it is a consenter, by the channel's name. It says it with
 * `Metrics.Provider: prometheus` (https://hyperledger-fabric.readthedocs.io/en/release-2.5/metrics_reference.html).
 *
 * @throws FabricError, or the signal's reason when it is aborted
 */
export async function consensusMetrics(endpoint: OperationsEndpoint): Promise<ReadonlyMap<string, ConsensusMetrics>> {
  const channels = new Map<string, ConsensusMetrics>();
  const text = await repeated(() => read(endpoint), { passing: passingNodeCall, signal: endpoint.signal });
  const streams = Number(STREAMS.exec(text)?.[1] ?? 0);
  for (const [channel, gauges] of gaugesByChannel(text)) {
    const metrics = consensusOf(gauges, streams);
    if (metrics !== undefined) channels.set(channel, metrics);
  }
  return channels;
}

async function read(endpoint: OperationsEndpoint): Promise<string> {
  const { status, text, retryAfter } = await get(endpoint, '/metrics');
  if (status === 200) return text;
  throw new FabricError(
    kindOf(status),
    `The metrics of the orderer cannot be read: ${endpoint.host}:${endpoint.port} answers HTTP status ${status}${HINTS.get(status) ?? ''}`,
    { retryAfterMs: retryAfter },
  );
}

const HINTS: ReadonlyMap<number, string> = new Map([
  // What Go's server answers to HTTP where it expects TLS: the orderer has been replaced since it was looked at.
  [400, '; it wants TLS'],
  [401, ': it does not accept the TLS certificate of the one who asks'],
  // Without a provider there is no such path.
  [404, '; its orderer.yaml must set Metrics.Provider to prometheus'],
]);

function kindOf(status: number): FabricErrorKind {
  if (status === 401) return 'notAuthorized';
  return status >= 500 || status === 429 || status === 400 ? 'unavailable' : 'unexpected';
}

async function get(endpoint: OperationsEndpoint, path: string): Promise<HttpAnswer> {
  const { signal, timeoutMs, tls } = endpoint;
  const deadline = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  signal?.throwIfAborted();
  const { client, refusal } = tls === undefined ? anyCaller(endpoint) : knownCaller({ ...endpoint, ...tls });
  try {
    return await abortable(either, client.request({ method: 'GET', path, signal: either }).then(readAnswer));
  } catch (error) {
    signal?.throwIfAborted();
    const { kind, reason } = connectionFailure(refusal() ?? error, { ...endpoint, ...tls });
    throw new FabricError(kind, `The metrics of the orderer cannot be read: ${reason}`, { cause: error });
  } finally {
    // An idle connection would keep a process alive.
    await client.destroy();
  }
}

function anyCaller(endpoint: OperationsEndpoint): KnownCaller {
  return { client: new Client(originOf('http', endpoint)), refusal: () => undefined };
}

type Gauges = ReadonlyMap<string, number>;

// Four gauges of two forms are read here; a parser of the whole format (parse-prometheus-text-format) takes in every histogram of
// the orderer and has had no release since 2020.
//
// A sample with the channel as its only label, e.g. `consensus_etcdraft_is_leader{channel="mychannel"} 1`
// (https://prometheus.io/docs/instrumenting/exposition_formats). A channel's name needs no escapes.
const SAMPLE = /^consensus_(\w+)\{channel="([^"]+)"\} (\S+)$/gm;

// As in orderer/common/cluster/metrics.go. An orderer to which nobody has opened a stream since it started does not say 0, but nothing.
const STREAMS = /^cluster_comm_ingress_stream_count (\S+)$/m;

function gaugesByChannel(text: string): ReadonlyMap<string, Gauges> {
  const channels = new Map<string, Map<string, number>>();
  for (const [, name = '', channel = '', value] of text.matchAll(SAMPLE)) {
    const gauges = channels.get(channel) ?? new Map<string, number>();
    channels.set(channel, gauges.set(name, Number(value)));
  }
  return channels;
}

/** Undefined if the channel's consensus is neither Raft nor BFT. */
function consensusOf(gauges: Gauges, streams: number): ConsensusMetrics | undefined {
  const raft = metricsOf('raft', 'etcdraft', gauges);
  return raft === undefined ? metricsOf('bft', 'BFT', gauges) : { ...raft, streams };
}

// Names as in orderer/consensus/etcdraft/metrics.go and orderer/consensus/smartbft/metrics.go.
function metricsOf(consensus: 'raft' | 'bft', prefix: string, gauges: Gauges): ConsensusMetrics | undefined {
  const gauge = (name: string): number | undefined => gauges.get(`${prefix}_${name}`);
  const [leader, clusterSize, committedBlock] = [
    gauge('is_leader'),
    gauge('cluster_size'),
    gauge('committed_block_number'),
  ];
  if (leader === undefined || clusterSize === undefined) return undefined;
  return { consensus, isLeader: leader === 1, clusterSize, committedBlock: committedBlock ?? 0, streams: 0 };
}
