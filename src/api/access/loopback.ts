import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether a host, as a name or as an address with or without brackets, is this machine alone. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (bare.toLowerCase() === 'localhost') return true;
  const family = isIP(bare);
  return family !== 0 && LOOPBACK.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Whether a request comes from a program of this machine, and not from a page of somebody else's in its user's browser: such a page sends its own
 * `Origin`, or has had its name resolved to this machine and sends that name as `Host`.
 *
 * @param trustedOrigins of pages that are the user's own all the same
 */
export function isFromThisMachine(
  { host, origin }: Pick<IncomingHttpHeaders, 'host' | 'origin'>,
  trustedOrigins: readonly string[] = [],
): boolean {
  if (host === undefined || !isLoopback(hostOf(`http://${host}`))) return false;
  return origin === undefined || origin === `http://${host}` || trustedOrigins.includes(origin);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}
