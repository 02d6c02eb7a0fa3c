import { readdir, readFile } from 'node:fs/promises';

import type { KubernetesObject } from '../../../src/kubernetes/index.ts';

/**
 * The process of a pod's container on the embedded platform, whose containers are processes of this machine: their control groups say
 * to which pod they belong.
 *
 * @param program its first word, e.g. `orderer`
 * @returns undefined while there is none
 */
export async function processOf({ metadata }: KubernetesObject, program: string): Promise<number | undefined> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const [command] = (await textOf(entry, 'cmdline')).split('\0');
    if (command === program && (await textOf(entry, 'cgroup')).includes(`pod${metadata.uid ?? '?'}`))
      return Number(entry);
  }
  return undefined;
}

async function textOf(pid: string, file: string): Promise<string> {
  // It may have ended meanwhile.
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
}
