import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import { eventually } from '../eventually.ts';

/** A Docker daemon of the tests' own. */
export interface DockerDaemon {
  /** The network namespace that its containers' ports are published in, as a file. */
  readonly network: string;
  /** Runs `docker …` or `docker-compose …` to its end. @throws ExecaError if that fails */
  readonly run: (
    program: 'docker' | 'docker-compose',
    args: readonly string[],
    options?: RunOptions,
  ) => Promise<string>;
  /** Ends it, with all of its containers. */
  readonly stop: () => Promise<void>;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A daemon that reads a store of some GB answers within seconds, on a busy machine within more. */
const READY_MS = 60_000;

/** An address that nothing else on this machine has: of the block for documentation (RFC 5737). */
const NAME_SERVER = '198.51.100.53';

/**
 * `host` shares this machine's network and makes none for containers: images are built with it, which fetch packages. `own` has a
 * network namespace for itself, where it may make bridges and rules of iptables; nothing in it reaches beyond this machine.
 */
const NETWORKS = {
  host: { unshare: [], dockerd: ['--bridge=none', '--iptables=false', '--ip-forward=false', '--ip-masq=false'] },
  own: { unshare: ['--net'], dockerd: [`--dns=${NAME_SERVER}`] },
} as const;

/** In a mount namespace of its own: what it mounts goes with it. Its end ends the daemon and its containers. */
const START = `
  mount -t tmpfs tmpfs /run
  if [ "$1" = own ]; then
    ip link set lo up
    ip address add ${NAME_SERVER}/32 dev lo
    '${process.execPath}' '${join(import.meta.dirname, 'no-names.ts')}' ${NAME_SERVER} &
  fi
  shift
  exec "$@"`;

/**
 * Starts a Docker daemon beside whatever else runs on this machine. Needs root.
 *
 * @param data - folder of its images; one daemon at a time may use it.
 */
export async function startDocker(data: string, network: keyof typeof NETWORKS): Promise<DockerDaemon> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-docker-'));
  const socket = `unix://${join(folder, 'docker.sock')}`;
  const pidFile = join(folder, 'pid');
  const { unshare, dockerd } = NETWORKS[network];
  const daemon = spawn(
    'unshare',
    [
      ...['--mount', '--pid', '--fork', '--mount-proc', '--kill-child', ...unshare],
      ...[
        'bash',
        '-c',
        START,
        'bash',
        network,
        'dockerd',
        `--data-root=${data}`,
        `--exec-root=${join(folder, 'exec')}`,
      ],
      ...[`--pidfile=${pidFile}`, `--host=${socket}`, '--storage-driver=overlay2', ...dockerd],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  daemon.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString('utf8')).slice(-LOG_CHARACTERS)));
  const run: DockerDaemon['run'] = async (program, args, { cwd, env } = {}) => {
    const { stdout } = await execa(program, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { DOCKER_HOST: socket, ...env },
      stdin: 'ignore',
    });
    return stdout;
  };
  const stop = async (): Promise<void> => {
    if (daemon.exitCode === null && daemon.signalCode === null) {
      const ended = once(daemon, 'exit');
      // It stops its containers. As the first process of its namespace of processes it takes all others along.
      process.kill(await childOf(daemon.pid), 'SIGTERM');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually(() => run('docker', ['info']), READY_MS);
    return { network: `/proc/${await childOf(daemon.pid)}/ns/net`, run, stop };
  } catch (error) {
    await stop();
    throw new Error(`The Docker daemon does not answer:\n${log}`, { cause: error });
  }
}

async function childOf(pid: number | undefined): Promise<number> {
  const children = await readFile(`/proc/${pid ?? 0}/task/${pid ?? 0}/children`, 'utf8');
  return Number(children.trim());
}

/** What a daemon says last is why it does not start. */
const LOG_CHARACTERS = 4_000;
