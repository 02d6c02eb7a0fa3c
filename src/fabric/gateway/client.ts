import { createPrivateKey } from 'node:crypto';

import type { Client } from '@grpc/grpc-js';
import { connect, signers, type ConnectOptions, type Proposal } from '@hyperledger/fabric-gateway';

import { newGrpcClient, type NodeEndpoint } from '../grpc/connection.ts';
import type { SigningIdentity } from '../msp/signing-identity.ts';
import { asInitialization } from './initialization.ts';
import type { TransactionStage } from './error.ts';
import { during, submitProposal, type CommittedTransaction, type Submission } from './submit.ts';

export type { NodeEndpoint } from '../grpc/connection.ts';
export type { SigningIdentity } from '../msp/signing-identity.ts';
export type { CommittedTransaction } from './submit.ts';

/** A call of a chaincode's function. */
export interface ChaincodeCall {
  readonly channel: string;
  readonly chaincode: string;
  readonly function: string;
  readonly args: readonly string[];
  /** Reaches the chaincode, but no block. */
  readonly transient?: Readonly<Record<string, Uint8Array>>;
  /** MSP IDs of the organizations whose peers answer; absent leaves the choice to the gateway. */
  readonly organizations?: readonly string[];
}

export interface CallOptions {
  /** For all of it: a submission waits for its block. */
  readonly timeoutMs: number;
}

export interface SubmitOptions extends CallOptions, Pick<Submission, 'gossipPatienceMs'> {
  /** Submits it as the chaincode's initialization. */
  readonly asInitialization?: boolean;
  /** Is told what the transaction waits for now. */
  readonly onStage?: (stage: TransactionStage) => void;
}

/** A peer's gateway (https://hyperledger-fabric.readthedocs.io/en/release-2.5/gateway.html), asked in one name. */
export interface PeerGateway {
  /**
   * Has a peer answer; nothing reaches a block.
   *
   * @throws TransactionError
   */
  evaluate(call: ChaincodeCall, options: CallOptions): Promise<Uint8Array>;
  /**
   * Has peers endorse a transaction, has it ordered, and waits until it is committed.
   *
   * @throws TransactionError; of kind `timeout` in stage `commit` the transaction may still come to a block
   */
  submit(call: ChaincodeCall, options: SubmitOptions): Promise<CommittedTransaction>;
  close(): void;
}

/** Nothing is sent before the first call. */
export function connectGateway(endpoint: NodeEndpoint, identity: SigningIdentity): PeerGateway {
  const client = newGrpcClient(endpoint);
  const gateway = connect(gatewayOptions(client, identity));

  function newProposal({ channel, chaincode, args, transient, organizations, ...call }: ChaincodeCall): Proposal {
    return gateway
      .getNetwork(channel)
      .getContract(chaincode)
      .newProposal(call.function, {
        arguments: [...args],
        ...(transient === undefined ? {} : { transientData: { ...transient } }),
        ...(organizations === undefined ? {} : { endorsingOrganizations: [...organizations] }),
      });
  }

  return {
    evaluate: (call, { timeoutMs }) => {
      const deadline = Date.now() + timeoutMs;
      const submission = { ...descriptionOf(call), endpoint, timeoutMs };
      return during('evaluate', submission, newProposal(call).evaluate({ deadline }));
    },

    submit: (call, { asInitialization: isInitialization = false, ...options }) => {
      const proposed = newProposal(call);
      const proposal = isInitialization ? gateway.newProposal(asInitialization(proposed.getBytes())) : proposed;
      return submitProposal(proposal, { ...descriptionOf(call), endpoint, ...options });
    },

    close: () => {
      gateway.close();
      client.close();
    },
  };
}

function descriptionOf({ function: name, chaincode, channel }: ChaincodeCall): { what: string; channel: string } {
  return { what: `${name} of ${chaincode}`, channel };
}

/** What fabric-gateway connects with. */
export function gatewayOptions(client: Client, { mspId, certificate, key }: SigningIdentity): ConnectOptions {
  return {
    client,
    identity: { mspId, credentials: Buffer.from(certificate) },
    signer: signers.newPrivateKeySigner(createPrivateKey(key)),
  };
}
