import { InvalidArgumentError } from 'commander';

import { isLoopback } from '../../api/access/loopback.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import type { Interrupt } from '../terminal.ts';

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** @throws InvalidArgumentError if it is no address that can be listened at */
export function listenAddress(text: string): ListenAddress {
  const { host, port } = /^(?<host>\[[0-9a-fA-F:.]+\]|[^\s:]+):(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) > 65_535) {
    throw new InvalidArgumentError('It must be HOST:PORT, for example 127.0.0.1:8420.');
  }
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

/** For `--allow-anonymous`. @throws CommandFailure if others than this machine reach the address */
export function requireLoopback(host: string): void {
  if (isLoopback(host)) return;
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message: `--allow-anonymous lets everybody in who reaches ${host}: it goes with a loopback address alone.`,
    hints: ['Listen at 127.0.0.1, or give people tokens: weft token add NAME --role operator'],
  });
}

/** The log goes where everything goes that is no result. */
export function logTo({ terminal }: Session): { write: (line: string) => void } {
  return {
    write: (line) => {
      terminal.err(line);
    },
  };
}

/** The first signal has the requests that are being answered end, the second ends it at once. */
export function endings(): { stop: AbortSignal; halt: AbortSignal; onSignal: (signal: Interrupt) => void } {
  const stop = new AbortController();
  const halt = new AbortController();
  return {
    stop: stop.signal,
    halt: halt.signal,
    onSignal: () => {
      if (stop.signal.aborted) halt.abort();
      else stop.abort();
    },
  };
}

const WHY_NOT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this user may not listen there',
  ENOTFOUND: 'there is no such host',
};

/** An address, and the flag that names it. */
export interface ListenFlag extends ListenAddress {
  readonly flag: string;
}

/**
 * @param server e.g. `the API`
 * @param first where it listens; where Node does not say at which address it could not, it was this one
 * @param others where else it listens
 * @returns undefined if the error is about something else
 */
export function cannotListen(
  error: unknown,
  server: string,
  first: ListenFlag,
  ...others: readonly ListenFlag[]
): CommandFailure | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = WHY_NOT[code];
  if (reason === undefined) return undefined;
  const failed = error instanceof Error && 'port' in error ? error.port : first.port;
  const { flag, host, port } = [...others, first].find((place) => place.port === failed) ?? first;
  const message = `${server} cannot listen at ${host}:${port}: ${reason}.`;
  return new CommandFailure({ exitCode: EXIT.usage, message, hints: [`Another address: ${flag} HOST:PORT`] });
}
