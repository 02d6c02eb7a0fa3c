import { readFile } from 'node:fs/promises';

/**
 * Reads a template of kube/.
 *
 * @param name path below kube/, e.g. `peer.yaml`
 * @throws the error of node:fs if there is no such file
 */
export function loadTemplate(name: string): Promise<string> {
  return readFile(new URL(`../../kube/${name}`, import.meta.url), 'utf8');
}
