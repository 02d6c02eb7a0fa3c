import type { Cluster } from '../../kubernetes/index.ts';
import { nodeLogs, type LoggingNode } from '../nodes/node-logs.ts';

/** An orderer says it once for each other that it does not reach, among its words on elections. */
const LAST_LINES = 1_000;

/**
 * What an orderer says in its log of why it does not reach another one of a channel: Weft asks each by its Service, and they ask each other by their
 * addresses in the channel.
 *
 * @returns undefined if it says nothing of it, or its log cannot be read
 */
export async function unheardOrderers(
  cluster: Cluster,
  orderer: LoggingNode,
  channel: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const logs = await nodeLogs(cluster, orderer, { tailLines: LAST_LINES, signal });
    const said = unheardIn(logs.join('\n'), channel);
    return said === undefined ? undefined : `${orderer.node}: ${said}`;
  } catch {
    // Only the words about the wait are fewer without it.
    signal.throwIfAborted();
    return undefined;
  }
}

/**
 * The newest complaint of that kind (orderer/consensus/etcdraft/node.go, logSendFailure).
 *
 * @param log of an orderer, coloured or not
 */
export function unheardIn(log: string, channel: string): string | undefined {
  const complaints = log.split('\n').flatMap((line) => {
    const [, number, why, of] = /Failed to send \w+ to (\d+), because: (.*?) channel=(\S+)/.exec(line) ?? [];
    return of === channel
      ? [
          `does not reach orderer ${number ?? ''} of ${of}: ${(why ?? '').replace(/^rpc error: code = \w+ desc = /, '')}`,
        ]
      : [];
  });
  return complaints.at(-1);
}
