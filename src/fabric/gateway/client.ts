import { createPrivateKey } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client, credentials } from '@grpc/grpc-js';
import { connect, signers, StatusCode, type Proposal } from '@hyperledger/fabric-gateway';

import { asInitialization } from './initialization.ts';
import type { ChaincodeCall, GatewayEndpoint } from './call.ts';
import { gatewayFailure, invalidTransaction, TransactionError, type TransactionStage } from './error.ts';

export type { ChaincodeCall, GatewayEndpoint } from './call.ts';

/** In whose name a gateway is asked. */
export interface GatewayIdentity {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

export interface CallOptions {
  /** For all of it: a submission waits for its block. */
  readonly timeoutMs: number;
}

export interface SubmitOptions extends CallOptions {
  /** Submits it as the chaincode's initialization. */
  readonly asInitialization?: boolean;
  /** Is told what the transaction waits for now. */
  readonly onStage?: (stage: TransactionStage) => void;
}

/** A transaction that is valid and in a block of the peer that was asked. */
export interface CommittedTransaction {
  readonly transactionId: string;
  readonly block: number;
  /** Fabric's word for it: the others are errors. */
  readonly status: 'VALID';
  /** What the chaincode answered. */
  readonly result: Uint8Array;
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

/** Peers tell each other every four seconds what they run (peer.gossip.publishStateInfoInterval): three times of that. */
const GOSSIP_PATIENCE_MS = 12_000;

const GOSSIP_POLL_MS = 500;

/**
 * Just after a chaincode was committed, a gateway may not know yet which peers of other organizations run it. An endorsement
 * changes nothing, so it can be asked for again.
 */
async function untilKnown<Endorsed>(endorse: () => Promise<Endorsed>, deadline: number): Promise<Endorsed> {
  const patience = Math.min(Date.now() + GOSSIP_PATIENCE_MS, deadline - GOSSIP_POLL_MS);
  for (;;) {
    try {
      return await endorse();
    } catch (error) {
      if (!(error instanceof TransactionError) || error.kind !== 'unavailable' || Date.now() > patience) throw error;
    }
    await sleep(GOSSIP_POLL_MS);
  }
}

/** Nothing is sent before the first call. */
export function connectGateway(endpoint: GatewayEndpoint, { mspId, certificate, key }: GatewayIdentity): PeerGateway {
  const { servername } = endpoint;
  const client = new Client(
    `${endpoint.host}:${endpoint.port}`,
    credentials.createSsl(Buffer.from(endpoint.tlsRoots)),
    servername === undefined ? {} : { 'grpc.ssl_target_name_override': servername },
  );
  const gateway = connect({
    client,
    identity: { mspId, credentials: Buffer.from(certificate) },
    signer: signers.newPrivateKeySigner(createPrivateKey(key)),
  });

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

  /** Carries out one stage of a call, so that its failure can say which it was. */
  async function during<Result>(
    stage: TransactionStage,
    { call, options, transactionId }: { call: ChaincodeCall; options: CallOptions; transactionId?: string },
    work: Promise<Result>,
  ): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      throw gatewayFailure(error, { stage, call, endpoint, timeoutMs: options.timeoutMs, transactionId }) ?? error;
    }
  }

  return {
    evaluate: (call, options) => {
      const deadline = Date.now() + options.timeoutMs;
      return during('evaluate', { call, options }, newProposal(call).evaluate({ deadline }));
    },

    async submit(call, options) {
      const { onStage = () => undefined } = options;
      const deadline = Date.now() + options.timeoutMs;
      const proposed = newProposal(call);
      const proposal =
        options.asInitialization === true ? gateway.newProposal(asInitialization(proposed.getBytes())) : proposed;
      const transactionId = proposal.getTransactionId();
      const context = { call, options, transactionId };
      onStage('endorse');
      const transaction = await untilKnown(() => during('endorse', context, proposal.endorse({ deadline })), deadline);
      onStage('order');
      const submitted = await during('order', context, transaction.submit({ deadline }));
      onStage('commit');
      const { code, blockNumber } = await during('commit', context, submitted.getStatus({ deadline }));
      const block = Number(blockNumber);
      if (code !== StatusCode.VALID) throw invalidTransaction(code, { call, transactionId, block });
      return { transactionId, block, status: 'VALID', result: transaction.getResult() };
    },

    close: () => {
      gateway.close();
      client.close();
    },
  };
}
