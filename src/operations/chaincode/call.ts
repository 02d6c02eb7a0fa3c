import type { ChaincodeCall, CommittedTransaction, PeerGateway } from '../../fabric/gateway/client.ts';
import type { TransactionStage } from '../../fabric/gateway/error.ts';
import type { NetworkAccess } from '../access/network-access.ts';
import { peerService, readAdminCredentials, readTlsRoots } from '../access/organization.ts';
import { readRecordedNetwork, type NetworkLookup } from '../access/recorded-network.ts';
import { reporting, type Operation } from '../progress.ts';
import { mspIdsOfMembers, routeOf, type CallChoice } from './choice.ts';

/** A call of a chaincode in the name of an organization's Admin. */
export interface CallInput extends NetworkLookup {
  /** Name of the chaincode. */
  readonly chaincode: string;
  readonly function: string;
  readonly args: readonly string[];
  readonly choice: CallChoice;
  /** Data that reaches the chaincode but no block. */
  readonly transient?: Readonly<Record<string, Uint8Array>>;
  /** Names of the organizations whose peers endorse; absent means that the gateway chooses. */
  readonly endorsers?: readonly string[];
  /** How long the opening of the connection may take, and how long the call itself. */
  readonly timeoutMs: number;
}

export interface InvokeInput extends CallInput {
  /** Submits it as the initialization that the chaincode's definition asks for. */
  readonly asInitialization: boolean;
}

/** What a call waits for: the connection to a peer, then what Fabric's gateway says. */
export type CallStage = 'connect' | TransactionStage;

/**
 * Has a peer answer a question; nothing reaches a block.
 *
 * @returns the chaincode's answer
 * @throws OperationFailure, KubernetesError, TransactionError
 */
export function queryChaincode(access: NetworkAccess, input: CallInput): Operation<CallStage, Uint8Array> {
  return reporting((report, left) =>
    withGateway(access, input, { report, left }, (gateway, call) => {
      report('evaluate');
      return gateway.evaluate(call, { timeoutMs: input.timeoutMs });
    }),
  );
}

/**
 * Submits a transaction and waits until it is in a block, and valid.
 *
 * @throws OperationFailure, KubernetesError, TransactionError
 */
export function invokeChaincode(access: NetworkAccess, input: InvokeInput): Operation<CallStage, CommittedTransaction> {
  return reporting((report, left) =>
    withGateway(access, input, { report, left }, (gateway, call) =>
      gateway.submit(call, {
        timeoutMs: input.timeoutMs,
        asInitialization: input.asInitialization,
        onStage: report,
      }),
    ),
  );
}

interface Caller {
  readonly report: (stage: CallStage) => void;
  /** Aborted when nobody waits for the call any more. */
  readonly left: AbortSignal;
}

/** Connects to the gateway of one of the network's peers, and gives `act` the call as the gateway takes it. */
async function withGateway<Result>(
  access: NetworkAccess,
  input: CallInput,
  { report, left }: Caller,
  act: (gateway: PeerGateway, call: ChaincodeCall) => Promise<Result>,
): Promise<Result> {
  report('connect');
  const network = await readRecordedNetwork(access, input);
  const { channel, organization, peer } = routeOf(network, input, input.choice);
  const { transient, endorsers } = input;
  const call: ChaincodeCall = {
    channel: channel.name,
    chaincode: input.chaincode,
    function: input.function,
    args: input.args,
    ...(transient && { transient }),
    ...(endorsers && { organizations: mspIdsOfMembers(network, channel, endorsers) }),
  };
  const service = peerService(organization, peer);
  const signal = AbortSignal.any([left, AbortSignal.timeout(input.timeoutMs)]);
  const [admin, tlsRoots] = await Promise.all([
    readAdminCredentials(access, organization),
    readTlsRoots(access, organization),
  ]);
  const connection = await access.forward(service, { signal });
  try {
    const { host, port } = connection;
    const gateway = access.gateway({ name: service.service, servername: service.service, host, port, tlsRoots }, admin);
    try {
      return await act(gateway, call);
    } finally {
      gateway.close();
    }
  } finally {
    await connection.close();
  }
}
