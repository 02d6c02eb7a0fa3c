import { inject } from 'vitest';

import type { Description } from '../../../src/spec/index.ts';
import { startFaultyFront, type FaultyFront } from '../../support/faulty-front.ts';
import { exampleChaincode } from '../../support/example-chaincode.ts';
import { startWorker, testCluster } from '../../support/weft.ts';
import { newSeed, randomOf } from './chance.ts';
import { faultyNetwork, testTemporal, type FaultyNetwork } from './faulty-network.ts';
import { writeKubeconfig, type Kubeconfig } from './kubeconfigs.ts';

/** A network whose commands and worker reach the tests' cluster by an API server that fails calls. */
export interface NetworkBehindFront {
  readonly front: FaultyFront;
  readonly network: FaultyNetwork;
  /** Removes the network, prints what failed, and stops all of it. */
  readonly remove: () => Promise<void>;
}

/** A network that has one of everything, behind a front that fails nothing yet. */
export async function networkBehindFront(name: string): Promise<NetworkBehindFront> {
  const cluster = testCluster();
  const temporal = await testTemporal();
  const { kubeconfig, context } = inject('platform');
  const seed = newSeed();
  console.error(`  failing calls: WEFT_TEST_SEED=${seed}`);
  const front = await startFaultyFront({ kubeconfig, context, random: randomOf(seed) });
  // Under the name that the cluster has: its networks are known by it.
  const behind: Kubeconfig = await writeKubeconfig(context, {
    server: front.url,
    certificateAuthority: front.certificate,
  });
  const worker = await startWorker(behind.forWorkers);
  const network = faultyNetwork(name, { cluster, temporal }, behind.forCommands);
  network.describe(described(await exampleChaincode()));
  return {
    front,
    network,
    remove: async () => {
      await network.remove();
      console.error(`  failing calls: ${JSON.stringify(front.counts)}`);
      await worker.stop();
      await behind.remove();
      await front.close();
      await temporal.close();
      await cluster.close();
    },
  };
}

function described(image: string): Omit<Description, 'name'> {
  return {
    organizations: [
      { name: 'org0', mspId: 'OrdererMSP', orderers: 1 },
      { name: 'org1', peers: 2 },
      { name: 'org2', peers: 1 },
    ],
    channels: [{ name: 'mychannel', orderers: ['org0'], peers: ['org1', 'org2'] }],
    chaincodes: [{ name: 'basic', channel: 'mychannel', version: '1.0', image }],
  };
}

/** How long each command took, in seconds. */
export interface LifeTimes {
  readonly up: number;
  readonly again: number;
  readonly down: number;
}

/**
 * Brings a network up, up again, and down.
 *
 * @throws Error with what a command said that did not end well
 */
export async function liveThrough(network: FaultyNetwork): Promise<LifeTimes> {
  const timed = async (command: string, ...flags: readonly string[]): Promise<number> => {
    const begun = performance.now();
    const { exitCode, stdout, stderr } = await network.weft(command, ...flags);
    if (exitCode !== 0) throw new Error(`weft ${command} ended with ${exitCode}:\n${stderr}\n${stdout}`);
    return (performance.now() - begun) / 1000;
  };
  const times = {
    up: await timed('up', '-o', 'json'),
    again: await timed('up', '-o', 'json'),
    down: await timed('down', '--yes', '-o', 'json'),
  };
  const words = Object.entries(times).map(([command, seconds]) => `${command} ${seconds.toFixed(1)} s`);
  console.error(`  ${network.name}: ${words.join(', ')}`);
  return times;
}
