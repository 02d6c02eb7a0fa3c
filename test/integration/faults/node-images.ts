import { execa } from 'execa';

import { resolveInstance } from '../../../src/local/index.ts';
import { findNode } from '../../../src/local/node/node.ts';
import { containerdSocket } from '../../../src/local/node/programs.ts';

/** An image that the tests' node has under a second name, until it is removed. */
export interface NamedImage {
  readonly remove: () => Promise<void>;
}

/** Gives an image of the node a second name, as if it had just been pushed to where that name says. */
export async function nameImage(existing: string, name: string): Promise<NamedImage> {
  await images('tag', existing, name);
  return { remove: () => images('rm', name) };
}

/**
 * `ctr images …` on the tests' node. Its containerd is in the mount namespace of the embedded platform; the socket of any other
 * node has to be named.
 */
async function images(...parameters: readonly string[]): Promise<void> {
  const { WEFT_TEST_CONTAINERD: socket } = process.env;
  const command = ['ctr', '--address', socket ?? containerdSocket, '--namespace', 'k8s.io', 'images', ...parameters];
  if (socket !== undefined) await execa('env', command);
  else await execa('nsenter', [`--mount=/proc/${platformNode()}/ns/mnt`, ...command]);
}

function platformNode(): number {
  const node = findNode(resolveInstance());
  if (node !== undefined) return node.pid;
  throw new Error(
    'The node of the tests is not that of the embedded platform: WEFT_TEST_CONTAINERD must name its socket.',
  );
}
