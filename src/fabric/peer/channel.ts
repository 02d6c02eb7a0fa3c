import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { describeBlock } from '../channel/block.ts';
import { FabricError } from '../error.ts';
import { readAnswer } from './output.ts';
import type { PeerProgram } from './program.ts';
import type { NodeEndpoint } from './session.ts';

/** What `peer channel` can do (https://hyperledger-fabric.readthedocs.io/en/release-2.5/commands/peerchannel.html). */
export interface PeerChannelCommands {
  /** Names of the channels that the peer has joined. */
  channels(): Promise<readonly string[]>;
  /** How far the peer's ledger of a channel is. `height` is the number of its blocks; the hash is base64. */
  ledger(channel: string): Promise<{ readonly height: number; readonly currentBlockHash: string }>;
  /** @param block the channel's genesis block */
  joinChannel(block: Uint8Array): Promise<void>;
  /**
   * Fetches a block from the session's orderer, or from its peer if it has no orderer.
   *
   * @returns undefined if the node says that it has no such channel or block
   */
  fetchBlock(channel: string, which: BlockSpecifier): Promise<Uint8Array | undefined>;
  /**
   * Adds the Admin's signature to a config update.
   *
   * @param envelope a common.Envelope with a ConfigUpdateEnvelope
   * @returns the same with one signature more
   */
  signConfigUpdate(envelope: Uint8Array): Promise<Uint8Array>;
  /** Signs a config update and has it ordered. Returns when the orderer has accepted it; the block comes later. */
  updateChannel(channel: string, envelope: Uint8Array): Promise<void>;
}

/** A block by its place in a channel; `config` is the newest that holds the channel's configuration. */
export type BlockSpecifier = 'config' | 'oldest' | 'newest' | number;

export function channelCommands(program: PeerProgram): PeerChannelCommands {
  return {
    async channels() {
      const { stdout } = await program.run({
        task: 'Listing channels',
        node: program.peer,
        args: ['channel', 'list'],
      });
      return channelNames(Buffer.from(stdout).toString('utf8'));
    },

    async ledger(channel) {
      const task = `Reading the height of ${channel}`;
      const args = ['channel', 'getinfo', '--channelID', channel];
      const { stdout } = await program.run({ task, node: program.peer, args });
      const json = Buffer.from(stdout)
        .toString('utf8')
        .replace(/^[^{]*/, '');
      return readAnswer(LedgerInfo, task, json);
    },

    async joinChannel(block) {
      const file = await program.write('genesis.block', block);
      const task = `Joining ${describeBlock(block).channel}`;
      await program.run({ task, node: program.peer, args: ['channel', 'join', '--blockpath', file] });
    },

    async fetchBlock(channel, which) {
      if (typeof which !== 'number') return fetch(program, channel, which);
      const newest = await fetch(program, channel, 'newest');
      // Asked for a block that is still to come, a node waits for it.
      const height = newest === undefined ? 0 : describeBlock(newest).number + 1;
      return which < height ? fetch(program, channel, String(which)) : undefined;
    },

    async signConfigUpdate(envelope) {
      const file = await program.write('config-update.pb', envelope);
      const args = ['channel', 'signconfigtx', '--file', file];
      await program.run({ task: 'Signing a config update', node: undefined, args });
      return readFile(file);
    },

    async updateChannel(channel, envelope) {
      const file = await program.write('config-update.pb', envelope);
      const args = ['channel', 'update', '--channelID', channel, '--file', file, ...(await program.ordererArguments())];
      await program.run({ task: `Updating the configuration of ${channel}`, node: program.orderer, args });
    },
  };
}

/** After a headline, `peer channel list` prints a name per line. */
function channelNames(text: string): readonly string[] {
  const [, ...names] = text.split('\n').map((line) => line.trim());
  return names.filter((name) => name !== '');
}

// common.BlockchainInfo; see application-policy.ts about this JSON.
const LedgerInfo = z.object({ height: z.number().default(0), currentBlockHash: z.string().default('') });

async function fetch(program: PeerProgram, channel: string, which: string): Promise<Uint8Array | undefined> {
  const file = program.path(`${which}.block`);
  const fromOrderer = program.session.orderer !== undefined;
  const node: NodeEndpoint = fromOrderer ? program.orderer : program.peer;
  const from = fromOrderer ? await program.ordererArguments() : [];
  try {
    await program.run({
      task: `Fetching the ${which} block of ${channel}`,
      node,
      args: ['channel', 'fetch', which, file, '--channelID', channel, ...from],
    });
  } catch (error) {
    if (error instanceof FabricError && error.kind === 'notFound') return undefined;
    throw error;
  }
  return readFile(file);
}
