import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/**
 * Gives the sandbox its own /run, /var/log and changes of /var/lib, where programs of the node keep sockets, locks, links and
 * caches at paths that no option of theirs moves. The mounts are in the sandbox's namespace: the machine does not see them,
 * and they end with it.
 *
 * @param directory - the instance's folder, which stays where it is.
 */
export function hideMachine(directory: string): void {
  mount('-t', 'tmpfs', '-o', 'mode=0755', 'weft-run', '/run');
  mount('-t', 'tmpfs', '-o', 'mode=0755', 'weft-log', '/var/log');
  for (const name of ['netns', 'kept', 'changes', 'changes/upper', 'changes/work']) mkdirSync(`/run/${name}`);
  const isHidden = directory.startsWith('/var/lib/');
  if (isHidden) mount('--bind', directory, '/run/kept');
  const layers = 'lowerdir=/var/lib,upperdir=/run/changes/upper,workdir=/run/changes/work';
  mount('-t', 'overlay', '-o', layers, 'weft-lib', '/var/lib');
  if (isHidden) mount('--move', '/run/kept', directory);
}

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: ['ignore', 'inherit', 'inherit'] });
}
