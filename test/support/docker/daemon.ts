import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import { eventually } from '../eventually.ts';

/** A Docker daemon of the tests' own. */
export interface DockerDaemon {
  /** The network namespace that its containers' ports are published in, as a file. */
  readonly network: string;
  /**
   * Has its containers reach another network namespace.
   *
   * @param pid - a process in it.
   * @param address - an address in it; it has to take in packets for that from any link.
   */
  readonly connect: (pid: number, address: string) => Promise<void>;
  /** A port of this machine's loopback address that leads to one which a container publishes on the daemon's. */
  readonly forward: (port: number) => Promise<PublishedPort>;
  /** Kills a container's first process, as a machine does that has no memory left: the daemon starts it again. */
  readonly killProcess: (container: string) => Promise<void>;
  /** Runs `docker …` or `docker-compose …` to its end. @throws ExecaError if that fails */
  readonly run: (
    program: 'docker' | 'docker-compose',
    args: readonly string[],
    options?: RunOptions,
  ) => Promise<string>;
  /** Ends it, with all of its containers. */
  readonly stop: () => Promise<void>;
}

/** A port that leads somewhere else until it is closed. */
export interface PublishedPort extends AsyncDisposable {
  readonly port: number;
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
    const init = await childOf(daemon.pid);
    const namespace = `/proc/${init}/ns/net`;
    return {
      network: namespace,
      connect: (pid, address) => link(namespace, pid, address),
      forward: (port) => forwardInto(namespace, port),
      killProcess: async (container) => {
        const pid = await run('docker', ['inspect', '--format', '{{.State.Pid}}', container]);
        await execa('nsenter', ['--target', String(init), '--pid', '--mount', 'kill', '-KILL', pid.trim()]);
      },
      run,
      stop,
    };
  } catch (error) {
    await stop();
    throw new Error(`The Docker daemon does not answer:\n${log}`, { cause: error });
  }
}

/** Two ends of a link, of a block for documentation (RFC 5737). */
const LINK = { here: '203.0.113.1', there: '203.0.113.2' } as const;

/** It goes with either namespace. */
async function link(namespace: string, pid: number, address: string): Promise<void> {
  const within = (path: string, commands: readonly string[]): Promise<unknown> =>
    execa('nsenter', [`--net=${path}`, 'ip', '-batch', '-'], { input: `${commands.join('\n')}\n` });
  await within(namespace, [
    `link add weft-node type veth peer name weft-docker netns ${pid}`,
    `address add ${LINK.here}/30 dev weft-node`,
    'link set weft-node up',
  ]);
  await within(`/proc/${pid}/ns/net`, [`address add ${LINK.there}/30 dev weft-docker`, 'link set weft-docker up']);
  await within(namespace, [`route add ${address} via ${LINK.there}`]);
}

async function forwardInto(namespace: string, port: number): Promise<PublishedPort> {
  const children = new Set<ChildProcess>();
  const server = createServer((socket) => {
    const carrier = spawn('nsenter', [`--net=${namespace}`, 'socat', '-', `TCP:127.0.0.1:${port}`], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    children.add(carrier);
    carrier.once('exit', () => {
      children.delete(carrier);
      socket.destroy();
    });
    // Whichever side goes first, the other one's writes have nowhere to go.
    for (const stream of [socket, carrier.stdin]) stream.on('error', () => carrier.kill());
    socket.pipe(carrier.stdin);
    carrier.stdout.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const child of children) child.kill();
      await once(server, 'close');
    },
  };
}

async function childOf(pid: number | undefined): Promise<number> {
  const children = await readFile(`/proc/${pid ?? 0}/task/${pid ?? 0}/children`, 'utf8');
  return Number(children.trim());
}

/** What a daemon says last is why it does not start. */
const LOG_CHARACTERS = 4_000;
