import type { Connection, ServiceTarget } from '../../kubernetes/index.ts';
import type { NetworkAccess } from '../../operations/index.ts';
import { EXIT } from '../exit-codes.ts';
import { renderResult } from '../render/result.ts';
import type { CommandResult, Session } from '../session.ts';

export interface Forward {
  readonly service: ServiceTarget;
  /** Port of this machine; true for a free one. */
  readonly port: number | true;
}

/**
 * Connects a port of this machine to a Service, prints what `publish` says about it, and keeps it open until somebody interrupts, which is how
 * it is meant to end.
 */
export async function whileForwarding(
  { terminal, output, note }: Session,
  access: NetworkAccess,
  { service, port }: Forward,
  publish: (connection: Connection) => Promise<CommandResult>,
): Promise<CommandResult> {
  const leave = new AbortController();
  const stopListening = terminal.onInterrupt(() => {
    leave.abort();
  });
  try {
    const localPort = port === true ? {} : { localPort: port };
    const connection = await access.forward(service, { ...localPort, signal: leave.signal });
    try {
      terminal.out(`${renderResult(await publish(connection), output)}\n`);
      note(`${connection.host}:${connection.port} leads to ${service.service} until you end this command (Ctrl-C).\n`);
      await aborted(leave.signal);
    } finally {
      await connection.close();
    }
  } finally {
    stopListening();
  }
  return { exitCode: EXIT.done, text: '' };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
