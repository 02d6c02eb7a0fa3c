import type { Instance } from '../instance.ts';
import type { Addresses } from '../node/addresses.ts';
import { isAnswering } from '../node/sandbox/probe.ts';
import { ports } from '../node/cluster-network.ts';
import type { Readiness } from '../node/readiness.ts';
import { findCommand } from '../artifacts/find-command.ts';
import { freePort } from '../process/free-port.ts';
import { endProcess, startProcess, sweepProcesses } from '../process/processes.ts';
import { findProcess, forgetProcess, isStartedAs } from '../process/record.ts';
import { readState, rememberState } from '../state.ts';

/*
 * The registry itself is a component of the node (node/components.ts). Here is its door on this machine: what is pushed to
 * localhost:5000 outside of the node is localhost:5000 inside of it, too.
 */

/** Name of the forwarding process in records and logs. */
export const registryPortProcess = 'registry-port';

/** It holds nothing that could be lost. */
const endingGraceMs = 1_000;

/** @returns `localhost:port` at which this machine reaches the instance's registry; undefined if it has none yet */
export function registryAddress(instance: Instance): string | undefined {
  const port = readState(instance)?.registryPort;
  return port === undefined ? undefined : addressAt(port);
}

/** @returns the same as a URL, of the address that is listened on: `localhost` may be an IPv6 address as well */
export function registryUrl(instance: Instance): string | undefined {
  const port = readState(instance)?.registryPort;
  return port === undefined ? undefined : `http://127.0.0.1:${port}`;
}

/** @returns whether the registry answers on this machine */
export async function registryReadiness(instance: Instance): Promise<Readiness> {
  const url = registryUrl(instance);
  if (url === undefined || findProcess(instance, registryPortProcess) === undefined)
    return { ready: false, reason: 'nothing leads from this machine to it' };
  const answers = await isAnswering({ type: 'http', url: `${url}/v2/` });
  return answers ? { ready: true } : { ready: false, reason: `it does not answer at ${url}` };
}

/**
 * Makes this machine's port 5000 lead to the node's registry, if it does not yet. Where somebody else has that port it is
 * another one: the instance's last, if that is free.
 *
 * @param guard called before anybody can connect to the port, and again where it is open already: an earlier version had no guard
 */
export async function openRegistryPort(
  instance: Instance,
  addresses: Addresses,
  guard: (port: number) => Promise<void>,
): Promise<{ address: string; wasStarted: boolean }> {
  const running = findProcess(instance, registryPortProcess);
  const known = readState(instance)?.registryPort;
  if (running !== undefined && known !== undefined) {
    const isSame = isStartedAs(running, { command: forwarderCommand(known, addresses), settings: {} });
    if (isSame) {
      await guard(known);
      return { address: addressAt(known), wasStarted: false };
    }
  }
  await closeRegistryPort(instance);
  const port = await freePort(ports.registry, ...(known === undefined ? [] : [known]));
  rememberState(instance, { registryPort: port });
  await guard(port);
  const { PATH } = process.env;
  await startProcess(instance, {
    name: registryPortProcess,
    command: forwarderCommand(port, addresses),
    environment: { PATH },
  });
  return { address: addressAt(port), wasStarted: true };
}

/** Gives the port back; what the registry has stays. */
export async function closeRegistryPort(instance: Instance): Promise<void> {
  const record = findProcess(instance, registryPortProcess);
  if (record !== undefined) await endProcess(record, { graceMs: endingGraceMs });
  // Open connections have processes of their own.
  await sweepProcesses(instance, registryPortProcess);
  forgetProcess(instance, registryPortProcess);
}

function addressAt(port: number): string {
  return `localhost:${port}`;
}

function forwarderCommand(port: number, { node }: Addresses): [string, ...string[]] {
  return [
    findCommand('socat') ?? 'socat',
    `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr,fork`,
    `TCP:${node}:${ports.registry}`,
  ];
}
