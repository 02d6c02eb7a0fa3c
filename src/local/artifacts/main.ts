import { ArtifactError } from '../failure.ts';
import { formatProgressLine, prepareArtifacts, prepareTemporal, type ProgressLine } from './index.ts';

/*
 * Obtains what the embedded platform is made of, and says where it is: `node src/local/artifacts/main.ts`. With the argument
 * `temporal` it obtains the Temporal CLI alone.
 */

const abort = new AbortController();
const stop = (): void => {
  abort.abort();
};
// `on`, not `once`: execa ends the process itself when it finds nobody listening any more.
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

try {
  if (process.argv[2] === 'temporal') {
    console.log(`temporal\t${await prepareTemporal(report, abort.signal)}`);
  } else {
    const artifacts = await prepareArtifacts(report, abort.signal);
    for (const { reference, archive } of artifacts.images) console.log(`${reference}\t${archive}`);
    for (const program of ['kubelet', 'etcd', 'coredns', 'peer', 'fabric-ca-server', 'temporal'] as const) {
      console.log(`${program}\t${artifacts.path(program)}`);
    }
  }
} catch (error) {
  if (!(error instanceof ArtifactError) && !abort.signal.aborted) throw error;
  console.error(error instanceof ArtifactError ? error.message : 'Stopped. What was finished is kept.');
  process.exitCode = 1;
}

function report(line: ProgressLine): void {
  console.error(formatProgressLine(line));
}
