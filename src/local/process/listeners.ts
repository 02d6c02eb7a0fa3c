import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** proc(5), `st` in /proc/net/tcp: TCP_LISTEN. */
const LISTENING = '0A';

/** An IPv4 address and a port of this machine. */
export interface Listener {
  readonly address: string;
  readonly port: number;
}

/** @returns where a process listens, by IPv4 in this process' network; nothing if it has ended */
export function listenersOf(pid: number): Listener[] {
  const sockets = socketsOf(pid);
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, ...others]) => state === LISTENING && sockets.has(`socket:[${others[5] ?? ''}]`))
    .map(([, local = '']) => listenerIn(local));
}

function socketsOf(pid: number): ReadonlySet<string> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = whileThere(() => readdirSync(folder)) ?? [];
  return new Set(descriptors.map((descriptor) => whileThere(() => readlinkSync(`${folder}/${descriptor}`)) ?? ''));
}

/** @returns undefined once the process has ended, or what it had open is closed */
function whileThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** @param local as in /proc/net/tcp: the address in the machine's byte order, here the lowest first, and the port; e.g. `0100007F:1C41` */
function listenerIn(local: string): Listener {
  const [address = '', port = ''] = local.split(':');
  const bytes = [...Buffer.from(address, 'hex')].reverse();
  return { address: bytes.join('.'), port: Number.parseInt(port, 16) };
}
