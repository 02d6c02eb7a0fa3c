import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { z } from 'zod';

import { writeAdminMsp } from '../msp/admin-msp.ts';
import { coreYaml } from '../config/base-files.ts';
import { FabricError } from '../error.ts';
import { readAnswer } from './output.ts';
import { peerError } from './error.ts';
import { addressOf, nameOf, type NodeEndpoint, type PeerSession } from './session.ts';
import { ProgramFailure, type FabricPrograms, type ProgramOutput } from '../tools/programs.ts';

/** One command of the peer program. */
export interface PeerCommand {
  /** What it does, for messages, e.g. `Joining mychannel`. */
  readonly task: string;
  /** Whom it asks; undefined if nobody. */
  readonly node: NodeEndpoint | undefined;
  readonly args: readonly string[];
}

/**
 * How long the program tries to connect to a node that does not answer; where nothing listens it gives up at once. Fabric's
 * own 3 s are short for a machine on which a network starts.
 */
const CONNECT_TIMEOUT = '5s';

/** The `peer` program in the name of one Admin, with everything that it reads and writes in one private folder. */
export class PeerProgram {
  readonly session: PeerSession;
  readonly #programs: FabricPrograms;
  readonly #folder: string;
  /** What people call the nodes at the addresses that commands were given. */
  readonly #names = new Map<string, string>();
  #files = 0;

  /** @param folder must be one that nobody else can enter; whoever made it removes it */
  constructor(programs: FabricPrograms, session: PeerSession, folder: string) {
    this.#programs = programs;
    this.session = session;
    this.#folder = folder;
  }

  /** Writes what the program needs before its first command. */
  async prepare(): Promise<void> {
    const { admin, peer } = this.session;
    await writeAdminMsp(this.#mspFolder, admin);
    await writeFile(join(this.#folder, 'core.yaml'), coreYaml());
    if (peer === undefined) return;
    this.#address(peer);
    await writeFile(this.#peerRoots, peer.tlsRoots);
  }

  /** @throws FabricError, or the signal's reason when it is aborted */
  async run({ task, node, args }: PeerCommand): Promise<ProgramOutput> {
    const { signal, timeoutMs } = this.session;
    const environment = this.#environment();
    try {
      return await this.#programs.run('peer', args, { folder: this.#folder, environment, signal, timeoutMs });
    } catch (error) {
      const doing = node === undefined ? task : `${task} at ${nameOf(node)}`;
      if (error instanceof ProgramFailure) throw peerError(doing, error, (words) => this.#named(words));
      if (error instanceof FabricError && error.kind === 'timeout') {
        throw new FabricError('timeout', `${doing} failed: ${error.message}`, { cause: error });
      }
      throw error;
    }
  }

  /** Runs a command that prints JSON, and reads it. */
  async read<Result>(answer: z.ZodType<Result>, command: PeerCommand): Promise<Result> {
    const { stdout } = await this.run({ ...command, args: [...command.args, '--output', 'json'] });
    return readAnswer(answer, command.task, Buffer.from(stdout).toString('utf8'));
  }

  /** A path in the session's folder, different for each call. */
  path(name: string): string {
    this.#files += 1;
    return join(this.#folder, `${this.#files}-${name}`);
  }

  /** @returns the path of a new file in the session's folder */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const path = this.path(name);
    await writeFile(path, content);
    return path;
  }

  /** Arguments that name the session's orderer. */
  async ordererArguments(): Promise<readonly string[]> {
    const orderer = required(this.session.orderer, 'an orderer');
    const roots = await this.write('orderer-tls.pem', orderer.tlsRoots);
    return ['--orderer', this.#address(orderer), '--tls', '--cafile', roots, '--connTimeout', CONNECT_TIMEOUT];
  }

  /** Arguments of a lifecycle command that name peers in place of the session's own. */
  async peerArguments(peers: readonly NodeEndpoint[]): Promise<readonly string[]> {
    const named = peers.map(async (peer) => {
      return [
        '--peerAddresses',
        this.#address(peer),
        '--tlsRootCertFiles',
        await this.write('peer-tls.pem', peer.tlsRoots),
      ];
    });
    return (await Promise.all(named)).flat();
  }

  get peer(): NodeEndpoint {
    return required(this.session.peer, 'a peer');
  }

  get orderer(): NodeEndpoint {
    return required(this.session.orderer, 'an orderer');
  }

  #address(node: NodeEndpoint): string {
    const address = addressOf(node);
    if (node.name !== undefined) this.#names.set(address, node.name);
    return address;
  }

  /** The far end of a port-forward is what people know, the address is its near end. */
  #named(words: string): string {
    return words.replace(/[\w.-]+:\d+/g, (address) => {
      const name = this.#names.get(address);
      return name === undefined ? address : `${name} (${address})`;
    });
  }

  get #mspFolder(): string {
    return join(this.#folder, 'msp');
  }

  get #peerRoots(): string {
    return join(this.#folder, 'peer-tls.pem');
  }

  #environment(): Readonly<Record<string, string>> {
    const { admin, peer } = this.session;
    return {
      FABRIC_CFG_PATH: this.#folder,
      CORE_PEER_LOCALMSPID: admin.mspId,
      CORE_PEER_MSPCONFIGPATH: this.#mspFolder,
      CORE_PEER_TLS_ENABLED: 'true',
      CORE_PEER_CLIENT_CONNTIMEOUT: CONNECT_TIMEOUT,
      // Without colours, times and places in the source, what it logs is for people.
      FABRIC_LOGGING_FORMAT: '%{message}',
      ...(peer && { CORE_PEER_ADDRESS: addressOf(peer), CORE_PEER_TLS_ROOTCERT_FILE: this.#peerRoots }),
    };
  }
}

function required(node: NodeEndpoint | undefined, kind: string): NodeEndpoint {
  if (node === undefined) throw new TypeError(`this command needs ${kind}, and the session names none`);
  return node;
}
