import lifecycle from '@hyperledger/fabric-protos/lib/peer/lifecycle/lifecycle_pb.js';

import {
  committedDefinitionOf,
  writeDefinition,
  type ChaincodeDefinition,
  type CommittedDefinition,
} from '../chaincode/definition.ts';
import { FabricError } from '../error.ts';

/**
 * The lifecycle of chaincodes at one peer, by its chaincode `_lifecycle`
 * (https://hyperledger-fabric.readthedocs.io/en/release-2.5/chaincode_lifecycle.html, core/chaincode/lifecycle/scc.go).
 */
export interface PeerLifecycle {
  installedChaincodes(): Promise<readonly InstalledChaincode[]>;
  /**
   * Installs a package. One that is installed already is left as it is.
   *
   * @returns its package ID as the peer says it
   */
  installChaincode(bytes: Uint8Array): Promise<string>;
  /**
   * The definition that the channel has, with the organizations that have approved it.
   *
   * @returns undefined if the channel has none of this name
   */
  committedDefinition(
    channel: string,
    name: string,
  ): Promise<(CommittedDefinition & { readonly approvals: Approvals }) | undefined>;
  /** Which member organizations have approved exactly this definition. Asked of the sequence that comes next only. */
  commitReadiness(channel: string, definition: ChaincodeDefinition): Promise<Approvals>;
  /**
   * What the peer's organization has approved; ask only for what it has.
   *
   * @returns undefined if the peer does not have it any more: it is private data of its organization, which nobody else has
   */
  approvedDefinition(channel: string, name: string, sequence: number): Promise<ApprovedDefinition | undefined>;
  /**
   * Approves a definition for the organization of the one who asks, and waits until the peer has the transaction. The peer's
   * gateway finds the orderers by itself.
   *
   * @param packageId of the package that the organization's peers run; undefined if they run none
   */
  approve(channel: string, definition: ChaincodeDefinition, packageId: string | undefined): Promise<void>;
  /**
   * Commits a definition, and waits until the peer has the transaction. The peer's gateway finds endorsers and orderers by
   * itself.
   *
   * @param organizations MSP IDs of those whose peers endorse
   * @throws FabricError `unavailable` while the peer has not heard of a peer of each of them
   */
  commit(channel: string, definition: ChaincodeDefinition, organizations: readonly string[]): Promise<void>;
}

/** Whether an organization has approved, by MSP ID. */
export type Approvals = Readonly<Record<string, boolean>>;

/** Of what only the hash is left in a peer's ledger (core/ledger/kvledger/txmgmt/txmgr/query_executor.go). */
const PRIVATE_DATA_LOST = 'private data matching public hash version is not available';

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

/** A function of `_lifecycle` with its message, serialized. */
interface LifecycleCall {
  readonly function: string;
  readonly args: readonly [Uint8Array];
}

/** How the lifecycle of a peer is asked. */
interface LifecycleAccess {
  /** MSP ID of the one who asks. */
  readonly mspId: string;
  /** @param channel empty for a call that is of no channel */
  readonly query: (task: string, channel: string, call: LifecycleCall) => Promise<Uint8Array>;
  readonly submit: (
    what: string,
    channel: string,
    call: LifecycleCall & { readonly organizations: readonly string[] },
  ) => Promise<void>;
}

export function lifecycleOf({ mspId, query, submit }: LifecycleAccess): PeerLifecycle {
  async function isCommitted(channel: string, name: string): Promise<boolean> {
    const task = `Reading the chaincode definitions of ${channel}`;
    const args = new lifecycle.QueryChaincodeDefinitionsArgs();
    const answer = await query(task, channel, call('QueryChaincodeDefinitions', args));
    const result = lifecycle.QueryChaincodeDefinitionsResult.deserializeBinary(answer);
    return result.getChaincodeDefinitionsList().some((definition) => definition.getName() === name);
  }

  return {
    async installedChaincodes() {
      const args = new lifecycle.QueryInstalledChaincodesArgs();
      const answer = await query('Listing installed chaincodes', '', call('QueryInstalledChaincodes', args));
      const result = lifecycle.QueryInstalledChaincodesResult.deserializeBinary(answer);
      return result.getInstalledChaincodesList().map((installed) => {
        return { packageId: installed.getPackageId(), label: installed.getLabel() };
      });
    },

    async installChaincode(bytes) {
      const args = new lifecycle.InstallChaincodeArgs();
      args.setChaincodeInstallPackage(bytes);
      try {
        const answer = await query('Installing a chaincode', '', call('InstallChaincode', args));
        return lifecycle.InstallChaincodeResult.deserializeBinary(answer).getPackageId();
      } catch (error) {
        const [, packageId] = ALREADY_INSTALLED.exec(error instanceof FabricError ? error.message : '') ?? [];
        if (packageId === undefined) throw error;
        return packageId;
      }
    },

    async committedDefinition(channel, name) {
      // Asked for one that is not there, the peer answers with an error like any other.
      if (!(await isCommitted(channel, name))) return undefined;
      const args = new lifecycle.QueryChaincodeDefinitionArgs();
      args.setName(name);
      const task = `Reading the definition of ${name} on ${channel}`;
      const answer = await query(task, channel, call('QueryChaincodeDefinition', args));
      const result = lifecycle.QueryChaincodeDefinitionResult.deserializeBinary(answer);
      return { ...committedDefinitionOf(name, result), approvals: approvalsOf(result) };
    },

    async commitReadiness(channel, definition) {
      const args = writeDefinition(new lifecycle.CheckCommitReadinessArgs(), definition);
      const task = `Checking who approves ${definition.name} on ${channel}`;
      const answer = await query(task, channel, call('CheckCommitReadiness', args));
      return approvalsOf(lifecycle.CheckCommitReadinessResult.deserializeBinary(answer));
    },

    async approvedDefinition(channel, name, sequence) {
      const args = new lifecycle.QueryApprovedChaincodeDefinitionArgs();
      args.setName(name);
      args.setSequence(sequence);
      const task = `Reading the approval of ${name} on ${channel}`;
      const answer = await query(task, channel, call('QueryApprovedChaincodeDefinition', args)).catch(
        (error: unknown) => {
          if (error instanceof FabricError && error.message.includes(PRIVATE_DATA_LOST)) return undefined;
          throw error;
        },
      );
      if (answer === undefined) return undefined;
      const result = lifecycle.QueryApprovedChaincodeDefinitionResult.deserializeBinary(answer);
      return {
        version: result.getVersion(),
        sequence: result.getSequence(),
        packageId: result.getSource()?.getLocalPackage()?.getPackageId(),
      };
    },

    async approve(channel, definition, packageId) {
      const args = writeDefinition(new lifecycle.ApproveChaincodeDefinitionForMyOrgArgs(), definition);
      args.setSource(sourceOf(packageId));
      await submit(`The approval of ${definition.name}`, channel, {
        ...call('ApproveChaincodeDefinitionForMyOrg', args),
        // An approval lies in the collection of its organization, which no other may endorse.
        organizations: [mspId],
      });
    },

    async commit(channel, definition, organizations) {
      const args = writeDefinition(new lifecycle.CommitChaincodeDefinitionArgs(), definition);
      await submit(`The commit of ${definition.name}`, channel, {
        ...call('CommitChaincodeDefinition', args),
        organizations,
      });
    },
  };
}

function call(name: string, message: { serializeBinary(): Uint8Array }): LifecycleCall {
  return { function: name, args: [message.serializeBinary()] };
}

function approvalsOf(result: { getApprovalsMap(): { getEntryList(): [string, boolean][] } }): Approvals {
  return Object.fromEntries(result.getApprovalsMap().getEntryList());
}

function sourceOf(packageId: string | undefined): lifecycle.ChaincodeSource {
  const source = new lifecycle.ChaincodeSource();
  if (packageId === undefined) {
    source.setUnavailable(new lifecycle.ChaincodeSource.Unavailable());
  } else {
    const local = new lifecycle.ChaincodeSource.Local();
    local.setPackageId(packageId);
    source.setLocalPackage(local);
  }
  return source;
}

// What a peer answers that has the package (core/chaincode/lifecycle/lifecycle.go).
const ALREADY_INSTALLED = /chaincode already successfully installed \(package ID '([^']+)'\)/;
