import { connect } from '@hyperledger/fabric-gateway';
import type discoveries from '@hyperledger/fabric-protos/lib/discovery/protocol_pb.js';
import discoveryServices from '@hyperledger/fabric-protos/lib/discovery/protocol_grpc_pb.js';
import ledgers from '@hyperledger/fabric-protos/lib/common/ledger_pb.js';
import gateways from '@hyperledger/fabric-protos/lib/gateway/gateway_pb.js';
import deliveries from '@hyperledger/fabric-protos/lib/peer/events_grpc_pb.js';
import endorsers from '@hyperledger/fabric-protos/lib/peer/peer_grpc_pb.js';
import proposals from '@hyperledger/fabric-protos/lib/peer/proposal_pb.js';
import queries from '@hyperledger/fabric-protos/lib/peer/query_pb.js';

import { repeatedWrite } from '../../calls/index.ts';
import { describeBlock } from '../channel/block.ts';
import { FabricError, passingNodeCall } from '../error.ts';
import { gatewayOptions } from '../gateway/client.ts';
import { submitProposal } from '../gateway/submit.ts';
import { meaningOf, meaningOfChaincodeResponse, meaningOfStatus } from '../grpc/answers.ts';
import { NodeConnection, type CallLimits, type NodeEndpoint } from '../grpc/connection.ts';
import { fetchBlock, type BlockSource, type BlockSpecifier } from '../grpc/deliver.ts';
import { signerOf, type SigningIdentity } from '../msp/signing-identity.ts';
import { endorserAnswers, endorserRequest } from './discovery.ts';
import { lifecycleOf, type PeerLifecycle } from './lifecycle.ts';

/**
 * One peer, asked in one name. Questions are asked again where they fail in passing. Every call throws `FabricError`, or the signal's reason when it is aborted; they may run at
 * the same time.
 */
export interface Peer extends PeerLifecycle {
  /** Names of the channels that the peer has joined. */
  channels(): Promise<readonly string[]>;
  /** How far the peer's ledger of a channel is: the number of its blocks. */
  ledger(channel: string): Promise<{ readonly height: number }>;
  /** @param block the channel's genesis block */
  joinChannel(block: Uint8Array): Promise<void>;
  /**
   * Fetches a block of a channel.
   *
   * @returns undefined if the peer says that it has no such channel or block
   */
  fetchBlock(channel: string, which: BlockSpecifier): Promise<Uint8Array | undefined>;
  /**
   * Has the peer itself ask a chaincode; nothing reaches a block.
   *
   * @param args function and arguments
   * @returns the chaincode's answer
   * @throws FabricError `chaincodeAnswered` if that is an error
   */
  query(channel: string, chaincode: string, args: readonly string[]): Promise<string>;
  /**
   * Of the chaincodes of a channel those for which the peer knows no combination of peers that satisfies the endorsement policy. Its
   * gateway collects no endorsements for them.
   *
   * @param chaincodes names of committed ones
   * @throws FabricError `notAuthorized` if the peer does not tell this identity
   */
  chaincodesWithoutEndorsers(channel: string, chaincodes: readonly string[]): Promise<readonly string[]>;
  /** Closes the connection. */
  close(): void;
}

/** A call of a chaincode that changes nothing. */
interface ChaincodeQuery {
  /** Empty for one that is of no channel. */
  readonly channel: string;
  readonly chaincode: string;
  readonly function: string;
  readonly args: readonly (string | Uint8Array)[];
}

/** Opens a client of a peer. Nothing is sent before the first call. */
export function connectPeer(endpoint: NodeEndpoint, identity: SigningIdentity, limits: CallLimits): Peer {
  const connection = new NodeConnection(endpoint, limits, identity);
  const signer = signerOf(identity);
  const gateway = connect(gatewayOptions(connection.client, identity));
  const source: BlockSource = {
    signer,
    seek: (task, envelope) =>
      connection.repeated(() => connection.firstAnswer(task, deliveries.DeliverService.deliver, envelope)),
    failure: (task, meaning) => connection.failure(task, meaning),
  };

  /** Has the peer simulate a call. What it does besides, it does not do a second time. @returns the payload of its response */
  function evaluate(task: string, query: ChaincodeQuery, meaning = meaningOfStatus): Promise<Uint8Array> {
    return connection.repeated(() => evaluateOnce(task, query, meaning));
  }

  async function evaluateOnce(task: string, query: ChaincodeQuery, meaning = meaningOfStatus): Promise<Uint8Array> {
    const proposal = gateway
      .getNetwork(query.channel)
      .getContract(query.chaincode)
      .newProposal(query.function, { arguments: [...query.args] });
    const signed = new proposals.SignedProposal();
    signed.setProposalBytes(proposalBytes(proposal.getBytes()));
    signed.setSignature(await signer.sign(signed.getProposalBytes_asU8()));
    const answer = await connection.call(task, endorsers.EndorserService.processProposal, signed);
    const response = answer.getResponse();
    const status = response?.getStatus() ?? 0;
    if (status >= OK && status < CHAINCODE_ERROR) return response?.getPayload_asU8() ?? new Uint8Array();
    throw connection.failure(task, meaning(status, response?.getMessage() ?? ''));
  }

  const lifecycle = lifecycleOf({
    mspId: identity.mspId,
    query: (task, channel, call) => evaluate(task, { channel, chaincode: LIFECYCLE, ...call }),
    submit: async (what, channel, { args, organizations, ...call }) => {
      const proposal = gateway
        .getNetwork(channel)
        .getContract(LIFECYCLE)
        .newProposal(call.function, { arguments: [...args], endorsingOrganizations: [...organizations] });
      await submitProposal(proposal, { what, channel, endpoint, ...limits, meaningOfAnswer: meaningOf });
    },
  });

  const peer: Peer = {
    ...lifecycle,

    async channels() {
      const answer = await evaluate('Listing channels', { ...CSCC, function: 'GetChannels', args: [] });
      const response = queries.ChannelQueryResponse.deserializeBinary(answer);
      return response.getChannelsList().map((channel) => channel.getChannelId());
    },

    async ledger(channel) {
      const query = { ...QSCC, function: 'GetChainInfo', args: [channel] };
      const answer = await evaluate(`Reading the height of ${channel}`, query);
      return { height: ledgers.BlockchainInfo.deserializeBinary(answer).getHeight() };
    },

    async joinChannel(block) {
      const { channel } = describeBlock(block);
      const query = { ...CSCC, function: 'JoinChain', args: [block] };
      await repeatedWrite(
        async () => {
          await evaluateOnce(`Joining ${channel}`, query);
          return 'joined';
        },
        async () => ((await peer.channels()).includes(channel) ? 'joined' : undefined),
        { passing: passingNodeCall, signal: limits.signal },
      );
    },

    fetchBlock: (channel, which) => fetchBlock(source, channel, which),

    async query(channel, chaincode, [name = '', ...args]) {
      const query = { channel, chaincode, function: name, args };
      try {
        const answer = await evaluate(`Asking ${chaincode} on ${channel}`, query, meaningOfChaincodeResponse);
        return Buffer.from(answer).toString('utf8');
      } catch (error) {
        throw withWhatToLookAt(error);
      }
    },

    async chaincodesWithoutEndorsers(channel, chaincodes) {
      if (chaincodes.length === 0) return [];
      const task = `Finding endorsers on ${channel}`;
      const request = await endorserRequest(channel, chaincodes, { signer, certificate: identity.certificate });
      const discover = (): Promise<discoveries.Response> =>
        connection.call(task, discoveryServices.DiscoveryService.discover, request);
      const answers = endorserAnswers(await connection.repeated(discover));
      return chaincodes.filter((_, index) => {
        const answer = answers[index];
        if (typeof answer === 'object') throw connection.failure(task, meaningOf(answer.refusal));
        return answer !== 'found';
      });
    },

    close: () => {
      connection.close();
    },
  };
  return peer;
}

/** Responses of 400 and more are errors (shim.ERRORTHRESHOLD). */
const OK = 200;
const CHAINCODE_ERROR = 400;

// The peer's own chaincodes (core/scc): channels, ledgers, and the lifecycle of all others.
const CSCC = { channel: '', chaincode: 'cscc' } as const;
const QSCC = { channel: '', chaincode: 'qscc' } as const;
const LIFECYCLE = '_lifecycle';

/** The protos.Proposal in a gateway.ProposedTransaction. */
function proposalBytes(proposed: Uint8Array): Uint8Array {
  const proposal = gateways.ProposedTransaction.deserializeBinary(proposed).getProposal();
  return proposal?.getProposalBytes_asU8() ?? new Uint8Array();
}

/** A peer says nothing while it waits, five minutes by default, for a chaincode that has connected under another name. */
function withWhatToLookAt(error: unknown): unknown {
  if (!(error instanceof FabricError) || error.kind !== 'timeout') return error;
  const hint = "Check that the chaincode's server is well and has the package ID as its CHAINCODE_ID";
  return new FabricError('timeout', `${error.message}. ${hint}`, { cause: error });
}
