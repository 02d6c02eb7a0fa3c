import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

import { PlatformError } from './failure.ts';

/** One embedded platform on this machine: everything that it makes carries its name or lies in its folder. */
export interface Instance {
  /** Also the name of the Kubernetes node. */
  readonly name: string;
  /** Holds all of its files; private to the user. */
  readonly directory: string;
  /** Outside the folder, so that it can be held while the folder is removed. */
  readonly lockFile: string;
  /** Context in its kubeconfig. */
  readonly context: string;
  /** Host end of the veth pair that leads to the node. */
  readonly link: string;
  /** Path of the node's pods in every cgroup hierarchy. */
  readonly cgroup: string;
}

const defaultName = 'weft';

/** Names that begin with `weft` cannot be those of somebody else's interfaces or cgroups. */
const namePattern = /^weft(-[a-z0-9]+)*$/;

/** A node's name is a label value in Kubernetes, which ends at 63 characters; shorter keeps paths of sockets short. */
const maximumNameLength = 40;

/**
 * Finds the instance that the environment names.
 *
 * @param env - `WEFT_LOCAL_INSTANCE` (default `weft`); `WEFT_DATA`, the folder with one folder per instance
 *   (default `$XDG_DATA_HOME/weft`, else `~/.local/share/weft`).
 * @throws PlatformError when a value cannot be used.
 */
export function resolveInstance(env: NodeJS.ProcessEnv = process.env): Instance {
  const name = env['WEFT_LOCAL_INSTANCE'] ? env['WEFT_LOCAL_INSTANCE'] : defaultName;
  if (!namePattern.test(name) || name.length > maximumNameLength) {
    throw new PlatformError(
      `WEFT_LOCAL_INSTANCE is "${name}", which cannot name an embedded platform.\n` +
        `Use weft or weft-<word>, lower case letters, digits and dashes, at most ${maximumNameLength} characters.`,
    );
  }
  const root = dataRoot(env);
  return {
    name,
    directory: join(root, name),
    lockFile: join(root, `${name}.lock`),
    context: name === defaultName ? 'weft-local' : `weft-local-${name.slice(defaultName.length + 1)}`,
    link: linkName(name),
    cgroup: `/${name}`,
  };
}

function dataRoot(env: NodeJS.ProcessEnv): string {
  // An empty variable counts as unset, as the XDG base directory specification has it.
  const xdg = env['XDG_DATA_HOME'] ? env['XDG_DATA_HOME'] : join(homedir(), '.local', 'share');
  const root = env['WEFT_DATA'] ? env['WEFT_DATA'] : join(xdg, 'weft');
  if (!isAbsolute(root)) {
    throw new PlatformError(`The data folder "${root}" is a relative path.\nSet WEFT_DATA to an absolute one.`);
  }
  return root;
}

/** The kernel takes 15 characters at most, so that only a digest of the name fits for sure. */
function linkName(name: string): string {
  return `weft${createHash('sha256').update(name).digest('hex').slice(0, 10)}`;
}
