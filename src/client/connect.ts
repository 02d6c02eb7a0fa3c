import { status } from '@grpc/grpc-js';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';

import { callTemporal, grpcCode } from './calls.ts';
import { encodingOf, loadDataConverter, type PayloadEncoding } from './data-converter.ts';
import { temporalService } from './service.ts';
import { traceStarts } from './trace-starts.ts';
import { TemporalMisconfigured, TemporalTlsFailed, type Temporal } from './temporal.ts';
import { tlsFaultAt } from './tls-probe.ts';

/** Where Temporal is and how to sign in; the same values serve clients and workers. */
export interface TemporalSettings {
  /** `host:port` */
  readonly address: string;
  readonly namespace: string;
  /** What both `Connection` and `NativeConnection` take: address, TLS, API key, metadata. May hold secrets: not for logs. */
  readonly connection: Pick<ConnectionOptions, 'address' | 'tls' | 'metadata'> & { readonly apiKey?: string };
  /** Absent means plain JSON. */
  readonly encoding?: PayloadEncoding;
}

/** The address that Temporal's own tools assume when none is given. */
const DEFAULT_ADDRESS = 'localhost:7233';

/**
 * Reads the settings as the `temporal` command line does: the profile of `temporal.toml`, then the `TEMPORAL_…`
 * variables over it (https://docs.temporal.io/develop/environment-configuration).
 *
 * @param env - environment variables.
 * @param address - wins over what the configuration says, and then nothing of it counts but how payloads are encoded: a given
 *   address is a server of Weft's own, which wants no credentials.
 * @throws TemporalMisconfigured if the configuration names a file or profile that cannot be read.
 */
export function temporalSettings(
  env: Readonly<Record<string, string | undefined>>,
  address?: string,
): TemporalSettings {
  const encoding = encodingOf(env);
  if (address !== undefined) return { address, namespace: 'default', connection: { address }, encoding };
  const variables = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { connectionOptions, namespace } = loadConfiguration(Object.fromEntries(variables));
  const { tls, apiKey, metadata } = connectionOptions;
  const configured = connectionOptions.address ?? DEFAULT_ADDRESS;
  return {
    address: configured,
    namespace: namespace ?? 'default',
    connection: {
      address: configured,
      ...(tls === undefined ? {} : { tls }),
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(metadata === undefined ? {} : { metadata }),
    },
    encoding,
  };
}

/** After a long outage gRPC would look for the server only every two minutes, while somebody sits and watches. */
const RECONNECT_MS = 2_000;

/**
 * Connects to Temporal.
 *
 * @throws TemporalUnreachable within about five seconds if nothing answers; TemporalTlsFailed if one of both does not speak TLS or trust the
 *   other; TemporalForbidden if it refuses the caller; NamespaceNotFoundError if it has no such namespace; TemporalMisconfigured if the data converter cannot be loaded; PayloadKeysUnusable if the keys of payloads cannot.
 */
export async function connectTemporal(settings: TemporalSettings): Promise<Temporal> {
  const dataConverter = await loadDataConverter(settings.encoding);
  // Without the SDK's own retries, which would hide why the server does not answer; `callTemporal` retries instead.
  const connection = Connection.lazy({
    ...settings.connection,
    interceptors: [],
    channelArgs: { 'grpc.max_reconnect_backoff_ms': RECONNECT_MS },
  });
  try {
    await callTemporal(
      connection,
      () => connection.workflowService.getSystemInfo({}),
      () => tlsFailure(settings),
    );
    await requireNamespace(connection, settings.namespace);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return temporalService(
    connection,
    new Client({ connection, namespace: settings.namespace, dataConverter, interceptors: { workflow: [traceStarts] } }),
  );
}

async function tlsFailure({ address, connection: { tls } }: TemporalSettings): Promise<Error | undefined> {
  const fault = await tlsFaultAt(address, tls === true ? {} : tls || undefined);
  return fault && new TemporalTlsFailed(address, fault);
}

/** Calls of other services than that of workflows have no words of their own for a namespace that is missing. */
async function requireNamespace(connection: Connection, namespace: string): Promise<void> {
  try {
    await callTemporal(connection, () => connection.workflowService.describeNamespace({ namespace }));
  } catch (error) {
    throw grpcCode(error) === status.NOT_FOUND ? new NamespaceNotFoundError(namespace) : error;
  }
}

function loadConfiguration(overrideEnvVars: Record<string, string>): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig({ overrideEnvVars });
  } catch (error) {
    throw new TemporalMisconfigured(error);
  }
}
