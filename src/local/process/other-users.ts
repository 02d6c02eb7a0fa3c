import { findCommand } from '../artifacts/find-command.ts';
import type { Instance } from '../instance.ts';
import type { Listener } from './listeners.ts';
import { runCommand } from './run-command.ts';

/** What is closed together, and replaced together. */
type ClosedService = 'temporal' | 'registry';

/**
 * Refuses all users of this machine but the platform's own, and root, what knows no users itself. The rules are in a packet filter table of the instance's own: the kernel
 * looks up whose socket a connection begins at. Called before something listens; replaces what an earlier start has left.
 */
export async function refuseOtherUsers(
  instance: Instance,
  service: ClosedService,
  listeners: readonly Listener[],
): Promise<void> {
  const chain = `ip ${tableOf(instance)} ${service}`;
  const users = `{ 0, ${process.getuid?.() ?? 0} }`;
  const rules = listeners.map(
    ({ address, port }) =>
      `add rule ${chain} ip daddr ${address} tcp dport ${port} meta skuid != ${users} reject with tcp reset`,
  );
  const commands = [
    `add table ip ${tableOf(instance)}`,
    `add chain ${chain} { type filter hook output priority filter; }`,
    `flush chain ${chain}`,
    ...rules,
  ];
  await runCommand('nft', ['--file', '-'], `${commands.join('\n')}\n`);
}

/** Takes back all that was refused. */
export async function admitOtherUsers(instance: Instance): Promise<void> {
  // Without the program nothing was refused.
  if (findCommand('nft') === undefined) return;
  // Declared first: what is not there cannot be deleted.
  const table = `table ip ${tableOf(instance)}`;
  await runCommand('nft', ['--file', '-'], `add ${table}\ndelete ${table}\n`);
}

function tableOf({ link }: Instance): string {
  return link;
}
