import { z } from 'zod';

import { collectionsConfig, definitionArguments, type ChaincodeDefinition } from '../chaincode/definition.ts';
import {
  PrintedApprovals,
  PrintedDefinitions,
  printedDefinitionOf,
  type Approvals,
  type CommittedDefinition,
} from '../chaincode/committed-definition.ts';
import { FabricError } from '../error.ts';
import type { PeerProgram } from './program.ts';
import type { NodeEndpoint } from './session.ts';

/**
 * What `peer lifecycle chaincode` can do
 * (https://hyperledger-fabric.readthedocs.io/en/release-2.5/commands/peerlifecycle.html).
 */
export interface PeerLifecycleCommands {
  installedChaincodes(): Promise<readonly InstalledChaincode[]>;
  /**
   * Installs a package. One that is installed already is left as it is.
   *
   * @returns its package ID as the peer says it
   */
  installChaincode(bytes: Uint8Array): Promise<string>;
  /** Every definition that the channel has. A chaincode that is not among them is not committed. */
  committedDefinitions(channel: string): Promise<readonly CommittedDefinition[]>;
  /**
   * A definition with the organizations that have approved it.
   *
   * @returns undefined if the channel has none of this name
   */
  committedDefinition(
    channel: string,
    name: string,
  ): Promise<(CommittedDefinition & { readonly approvals: Approvals }) | undefined>;
  /** Which member organizations have approved exactly this definition. Asked of the sequence that comes next only. */
  commitReadiness(channel: string, definition: ChaincodeDefinition): Promise<Approvals>;
  /** What the peer's organization has approved; ask only for what it has. */
  approvedDefinition(channel: string, name: string, sequence: number): Promise<ApprovedDefinition>;
  /**
   * Approves a definition for the Admin's organization and waits until the peer has the transaction.
   *
   * @param packageId of the package that the organization's peers run; undefined if they run none
   */
  approve(channel: string, definition: ChaincodeDefinition, packageId: string | undefined): Promise<void>;
  /** Commits a definition with the endorsement of these peers and waits until all of them have the transaction. */
  commit(channel: string, definition: ChaincodeDefinition, endorsers: readonly NodeEndpoint[]): Promise<void>;
}

export interface InstalledChaincode {
  readonly packageId: string;
  readonly label: string;
}

export interface ApprovedDefinition {
  readonly version: string;
  readonly sequence: number;
  /** Undefined if the organization approved without a package. */
  readonly packageId: string | undefined;
}

export function lifecycleCommands(program: PeerProgram): PeerLifecycleCommands {
  const lifecycle = (command: string, ...args: readonly string[]): string[] => [
    'lifecycle',
    'chaincode',
    command,
    ...args,
  ];

  /** A definition's arguments, with its collections in a file. */
  async function describe(channel: string, definition: ChaincodeDefinition): Promise<readonly string[]> {
    const file = await program.write('collections.json', collectionsConfig(definition.collections));
    return definitionArguments(channel, definition, file);
  }

  async function committedDefinitions(channel: string): Promise<readonly CommittedDefinition[]> {
    return program.read(PrintedDefinitions, {
      task: `Reading the chaincode definitions of ${channel}`,
      node: program.peer,
      args: lifecycle('querycommitted', '--channelID', channel),
    });
  }

  return {
    installedChaincodes: () =>
      program.read(Installed, {
        task: 'Listing installed chaincodes',
        node: program.peer,
        args: lifecycle('queryinstalled'),
      }),

    async installChaincode(bytes) {
      const task = 'Installing a chaincode';
      const args = lifecycle('install', await program.write('chaincode.tgz', bytes));
      try {
        const { stderr } = await program.run({ task, node: program.peer, args });
        return installedPackageId(task, stderr);
      } catch (error) {
        const [, packageId] = ALREADY_INSTALLED.exec(error instanceof FabricError ? error.message : '') ?? [];
        if (packageId === undefined) throw error;
        return packageId;
      }
    },

    committedDefinitions,

    async committedDefinition(channel, name) {
      // Asked for one that is not there, the peer answers with an error like any other.
      const all = await committedDefinitions(channel);
      if (!all.some((definition) => definition.name === name)) return undefined;
      return program.read(printedDefinitionOf(name), {
        task: `Reading the definition of ${name} on ${channel}`,
        node: program.peer,
        args: lifecycle('querycommitted', '--channelID', channel, '--name', name),
      });
    },

    async commitReadiness(channel, definition) {
      return program.read(Readiness, {
        task: `Checking who approves ${definition.name} on ${channel}`,
        node: program.peer,
        args: lifecycle('checkcommitreadiness', ...(await describe(channel, definition))),
      });
    },

    approvedDefinition: (channel, name, sequence) =>
      program.read(Approved, {
        task: `Reading the approval of ${name} on ${channel}`,
        node: program.peer,
        args: lifecycle('queryapproved', '--channelID', channel, '--name', name, '--sequence', String(sequence)),
      }),

    async approve(channel, definition, packageId) {
      const args = lifecycle(
        'approveformyorg',
        ...(await describe(channel, definition)),
        ...(packageId === undefined ? [] : ['--package-id', packageId]),
        ...waitForBlock(program),
        ...(await program.ordererArguments()),
      );
      await program.run({ task: `Approving ${definition.name} on ${channel}`, node: program.peer, args });
    },

    async commit(channel, definition, endorsers) {
      const args = lifecycle(
        'commit',
        ...(await describe(channel, definition)),
        ...waitForBlock(program),
        ...(await program.ordererArguments()),
        ...(await program.peerArguments(endorsers)),
      );
      await program.run({ task: `Committing ${definition.name} on ${channel}`, node: undefined, args });
    },
  };
}

/** The program says by itself that the block did not come, in half of the time that it has. */
function waitForBlock({ session }: PeerProgram): readonly string[] {
  return ['--waitForEvent', '--waitForEventTimeout', `${Math.round(session.timeoutMs / 2)}ms`];
}

// What the program logs when it is done (internal/peer/lifecycle/chaincode/install.go); it has no other output.
const INSTALLED = /Chaincode code package identifier: (\S+)/;

// What a peer answers that has the package (core/chaincode/lifecycle/lifecycle.go).
const ALREADY_INSTALLED = /chaincode already successfully installed \(package ID '([^']+)'\)/;

function installedPackageId(task: string, stderr: string): string {
  const [, packageId] = INSTALLED.exec(stderr) ?? [];
  if (packageId === undefined)
    throw new FabricError('unexpected', `${task}: the peer program did not say the package ID`);
  return packageId;
}

/*
 * Messages of peer/lifecycle/lifecycle.proto; see application-policy.ts about this JSON.
 */
const Installed = z
  .object({ installed_chaincodes: z.array(z.object({ package_id: z.string(), label: z.string() })).default([]) })
  .transform(({ installed_chaincodes: installed }): readonly InstalledChaincode[] =>
    installed.map(({ package_id: packageId, label }) => ({ packageId, label })),
  );

const Readiness = z.object({ approvals: PrintedApprovals.default({}) }).transform(({ approvals }) => approvals);

const Approved = z
  .object({
    version: z.string(),
    sequence: z.number(),
    source: z
      .object({ Type: z.object({ LocalPackage: z.object({ package_id: z.string() }).optional() }).optional() })
      .optional(),
  })
  .transform(({ version, sequence, source }): ApprovedDefinition => {
    return { version, sequence, packageId: source?.Type?.LocalPackage?.package_id };
  });
