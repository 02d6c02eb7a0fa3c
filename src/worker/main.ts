import { temporalSettings } from '../client/index.ts';
import { endings } from './endings.ts';
import { runWorker } from './index.ts';
import { workerVersion } from './version.ts';

/*
 * The worker as a process of its own, configured by its environment: Temporal as everywhere (TEMPORAL_ADDRESS & co.,
 * WEFT_PAYLOAD_KEY_FILE), the cluster by WEFT_CLUSTER and KUBECONFIG with WEFT_CONTEXT, or without KUBECONFIG the cluster
 * that it runs in, Fabric's programs by WEFT_FABRIC_BIN, or without it the PATH.
 */
const {
  KUBECONFIG: kubeconfig,
  WEFT_CONTEXT: context,
  WEFT_CLUSTER: cluster = 'local',
  WEFT_FABRIC_BIN: fabricBin,
} = process.env;

const { stop, drain, onSignal } = endings();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGUSR2'] as const) process.on(signal, onSignal);

const version = await workerVersion(process.env);
await runWorker({
  temporal: temporalSettings(process.env),
  cluster,
  access: kubeconfig === undefined ? 'in-cluster' : { kubeconfig, context },
  fabricBin,
  version,
  logLevel: 'INFO',
  logFormat: 'text',
  stop,
  drain,
  ready: () => {
    console.log(`weft worker: polls weft and weft-${cluster}, build ${version.buildId}`);
  },
  abandon: () => process.exit(1),
});
