import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

import { callTemporal } from './calls.ts';
import { encodingOf, loadDataConverter, type PayloadEncoding } from './data-converter.ts';
import { temporalService } from './service.ts';
import { traceStarts } from './trace-starts.ts';
import { TemporalMisconfigured, type Temporal } from './temporal.ts';

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
 * @throws TemporalUnreachable within about five seconds if nothing answers; TemporalForbidden if it refuses the caller;
 *   TemporalMisconfigured if the data converter cannot be loaded; PayloadKeysUnusable if the keys of payloads cannot.
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
    await callTemporal(connection, () => connection.workflowService.getSystemInfo({}));
  } catch (error) {
    await connection.close();
    throw error;
  }
  return temporalService(
    connection,
    new Client({ connection, namespace: settings.namespace, dataConverter, interceptors: { workflow: [traceStarts] } }),
  );
}

function loadConfiguration(overrideEnvVars: Record<string, string>): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig({ overrideEnvVars });
  } catch (error) {
    throw new TemporalMisconfigured(error);
  }
}
