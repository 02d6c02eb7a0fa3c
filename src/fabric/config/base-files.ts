import { readFileSync } from 'node:fs';

/** Base configuration of every peer: what Fabric reads as core.yaml from FABRIC_CFG_PATH. */
export function coreYaml(): string {
  return readBaseFile('core.yaml');
}

/** Base configuration of every orderer: what Fabric reads as orderer.yaml from FABRIC_CFG_PATH. */
export function ordererYaml(): string {
  return readBaseFile('orderer.yaml');
}

/**
 * The text of a file in kube/config.
 *
 * @param name e.g. `core.yaml`
 */
export function readBaseFile(name: string): string {
  return readFileSync(new URL(`../../../kube/config/${name}`, import.meta.url), 'utf8');
}
