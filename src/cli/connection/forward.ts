import type { Connection, ServiceTarget } from '../../kubernetes/index.ts';
import { EXIT } from '../exit-codes.ts';
import { renderResult } from '../render/result.ts';
import type { CommandResult, Session } from '../session.ts';
import type { StandingCluster } from '../standing/cluster.ts';

export interface Forward {
  readonly service: ServiceTarget;
  /** Port of this machine; true for a free one. */
  readonly port: number | true;
}

/**
 * Opens a way to a Service, prints what `publish` says about it, and keeps it open until somebody interrupts, which is how
 * it is meant to end.
 */
export async function whileForwarding(
  { terminal, output, note }: Session,
  cluster: StandingCluster,
  { service, port }: Forward,
  publish: (way: Connection) => Promise<CommandResult>,
): Promise<CommandResult> {
  const leave = new AbortController();
  const stopListening = terminal.onInterrupt(() => {
    leave.abort();
  });
  try {
    const localPort = port === true ? {} : { localPort: port };
    const way = await cluster.forward(service, { ...localPort, signal: leave.signal });
    try {
      terminal.out(`${renderResult(await publish(way), output)}\n`);
      note(`${way.host}:${way.port} leads to ${service.service} until you end this command (Ctrl-C).\n`);
      await aborted(leave.signal);
    } finally {
      await way.close();
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
