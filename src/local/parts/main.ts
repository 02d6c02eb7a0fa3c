// Obtains the parts of the embedded platform and says where they are: `node src/local/parts/main.ts`.
import { formatProgressLine, PartsError, prepareParts } from './index.ts';

const abort = new AbortController();
const stop = (): void => {
  abort.abort();
};
// `on`, not `once`: execa ends the process itself when it finds nobody listening any more.
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

try {
  const parts = await prepareParts((line) => {
    console.error(formatProgressLine(line));
  }, abort.signal);
  for (const { reference, archive } of parts.images) console.log(`${reference}\t${archive}`);
  for (const program of ['kubelet', 'etcd', 'coredns', 'peer', 'fabric-ca-server', 'temporal'] as const) {
    console.log(`${program}\t${parts.path(program)}`);
  }
} catch (error) {
  if (!(error instanceof PartsError) && !abort.signal.aborted) throw error;
  console.error(error instanceof PartsError ? error.message : 'Stopped. What was finished is kept.');
  process.exitCode = 1;
}
