import type { NetworkInput, OrganizationReference } from '../../../src/activities/inputs.ts';
import { newPrivateKey } from '../../../src/fabric/index.ts';
import type { KubernetesObject } from '../../../src/kubernetes/index.ts';
import { newConfigBlock } from '../fabric/channel/blocks.ts';
import { describedNetwork } from './network.ts';
import { storedConfigMap, storedSecret, without } from './stored.ts';

const { network } = describedNetwork().organization('org1');

/** What a step of a bring-up of the network `net` is given. */
export const UP: NetworkInput = { network, dryRun: false };

/** The same of a plan. */
export const PLAN: NetworkInput = { network, dryRun: true };

export const ORG0: OrganizationReference = { name: 'org0', mspId: 'OrdererMSP', cluster: 'fake', namespace: 'net' };
export const ORG1: OrganizationReference = { name: 'org1', mspId: 'Org1MSP', cluster: 'fake', namespace: 'net' };

const KEY = newPrivateKey();

/** What the enrollment of an organization leaves in the cluster: its roots, and its Admin with identity and TLS pair. */
export function enrolled({ name }: Pick<OrganizationReference, 'name'>): KubernetesObject[] {
  const roots = { 'ca.pem': `root of ${name}`, 'tlsca.pem': `TLS root of ${name}` };
  return [
    storedConfigMap(`${name}-ca-certificates`, roots),
    storedSecret(`${name}-admin-msp`, { ...roots, 'cert.pem': `Admin of ${name}`, 'key.pem': KEY }),
    storedSecret(`${name}-admin-tls`, {
      'cert.pem': `TLS certificate of ${name}'s Admin`,
      'key.pem': KEY,
      'ca.pem': roots['tlsca.pem'],
    }),
  ];
}

/** The genesis block of `mychannel`, and one that another network made for a channel of the same name. */
export const GENESIS = newConfigBlock({ channel: 'mychannel', number: 0, sequence: 0, salt: 'our own' });
export const FOREIGN_GENESIS = newConfigBlock({ channel: 'mychannel', number: 0, sequence: 0, salt: 'foreign' });

/** A later configuration of `mychannel`. */
export const CONFIG_BLOCK = newConfigBlock({ channel: 'mychannel', number: 4, sequence: 1 });

/** ConfigMap with a genesis block of `mychannel`, as keepGenesisBlock writes it. */
export function keptGenesis(block: Uint8Array = GENESIS): KubernetesObject {
  const object = without(storedConfigMap('mychannel-genesis-block', {}), 'data');
  const labels = { ...object.metadata.labels, 'weft.dev/channel': 'mychannel' };
  return {
    ...object,
    metadata: { ...object.metadata, labels },
    immutable: true,
    binaryData: { 'genesis.block': base64(block) },
  };
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
