import { FabricError, type FabricErrorKind } from '../error.ts';
import { lastLogLines, type ProgramFailure } from '../tools/programs.ts';

/**
 * What the peer program's failure means. It has one exit code for everything: which error it is stands in its words, most
 * of which are those of the peer or the orderer that it asked.
 *
 * @param doing what the program was to do, e.g. `Joining mychannel at org1-peer1`
 * @param named puts names that people know into the program's words
 */
export function peerError(
  doing: string,
  failure: ProgramFailure,
  named: (words: string) => string = (words) => words,
): FabricError {
  const { kind, reason } = meaningOf(wordsOf(failure.stderr));
  return new FabricError(kind, `${doing} failed: ${named(reason)}`, { cause: failure });
}

export interface Meaning {
  readonly kind: FabricErrorKind;
  readonly reason: string;
}

/** @param words an error of a peer or an orderer */
export function meaningOf(words: string): Meaning {
  const answer = chaincodeAnswer(words);
  if (answer !== undefined) return { kind: 'chaincodeAnswered', reason: `the chaincode answered: ${answer}` };
  const unreachable = unreachableChaincode(words);
  if (unreachable !== undefined) return { kind: 'chaincodeUnreachable', reason: unreachable };
  const sentence = responseMessage(words) ?? words;
  const known = SENTENCES.find(({ says }) => says.test(words));
  if (known === undefined) return { kind: 'unexpected', reason: sentence };
  return { kind: known.kind, reason: known.meaning === undefined ? sentence : `${sentence} (${known.meaning})` };
}

interface Sentence {
  readonly kind: FabricErrorKind;
  readonly says: RegExp;
  /** For a sentence that does not say what it means. */
  readonly meaning?: string;
}

/**
 * Sentences of Fabric 2.5, in the order in which they are tried: those that stand within others come first.
 */
const SENTENCES: readonly Sentence[] = [
  // core/chaincode/chaincode_support.go
  { kind: 'notInitialized', says: /must call as init first/ },
  // core/chaincode/handler.go
  { kind: 'timeout', says: /timeout expired while executing transaction/ },
  { kind: 'unavailable', says: /chaincode stream terminated/ },
  // orderer/consensus/etcdraft/chain.go; the orderer's status for it is SERVICE_UNAVAILABLE
  { kind: 'noLeader', says: /no Raft leader/ },
  { kind: 'unavailable', says: /SERVICE_UNAVAILABLE/ },
  // core/ledger/kvledger/kv_ledger_provider.go
  { kind: 'alreadyExists', says: /ledger \[.*\] already exists/ },
  // core/chaincode/lifecycle/lifecycle.go: somebody else was quicker, or this peer has not all blocks yet
  { kind: 'conflict', says: /attempted to redefine|must be sequence|larger than the next available sequence/ },
  { kind: 'conflict', says: /not agreed to by this org/ },
  // common/configtx/update.go, and a peer's validation of transactions
  { kind: 'conflict', says: /attempt to set key .* to version|but it is currently at version|MVCC_READ_CONFLICT/ },
  // orderer/common/multichannel/registrar.go
  {
    kind: 'notFound',
    says: /channel creation request not allowed/,
    meaning: 'the orderer has not joined the channel',
  },
  // core/scc, core/endorser, core/chaincode/lifecycle, common/deliver: no such channel, block, chaincode or approval
  { kind: 'notFound', says: /Invalid chain ID|channel '.*' not found|NOT_FOUND/ },
  { kind: 'notFound', says: /chaincode \S+ not found|chaincode is not installed|could not fetch approved chaincode/ },
  // core/endorser, core/aclmgmt, common/deliver
  { kind: 'notAuthorized', says: /access denied|failed ACL check|FORBIDDEN/ },
  // internal/peer/chaincode/common.go: the transaction is ordered, the peers do not have it yet
  { kind: 'timeout', says: /timed out waiting for/ },
  // core/container/externalbuilder
  { kind: 'refused', says: /could not build chaincode/, meaning: 'the log of the peer says why' },
  // orderer/common/broadcast, core/chaincode/persistence, core/chaincode/lifecycle, and the peer program itself
  { kind: 'refused', says: /BAD_REQUEST|ENDORSEMENT_POLICY_FAILURE|could not parse|error validating/ },
  { kind: 'refused', says: /invalid signature policy|invalid collection configuration|Invalid channel create/ },
  { kind: 'refused', says: /error unmarshalling|Cannot run peer because|error adding root certificate/ },
  // gRPC's own
  { kind: 'unreachable', says: /failed to connect to|connection error|: EOF\b|code = Unavailable/ },
  { kind: 'unreachable', says: /[Dd]eadline ?[Ee]xceeded/ },
];

/** The error that the program ends with. What it logs before is about its progress. */
function wordsOf(stderr: string): string {
  const [, error] = /^Error: (.*?)(?:\nUsage:\n.*)?$/ms.exec(stderr.trimEnd()) ?? [];
  const words = error?.trim() ?? lastLogLines(stderr);
  // gRPC only says that there was no connection in time; why not, stands in the log.
  const handshake = stderr.match(TLS_HANDSHAKE)?.at(-1);
  return handshake === undefined ? words : `${words} (${handshake})`;
}

const TLS_HANDSHAKE = /(?<=Client TLS handshake failed after \S+ with error: ).*(?= remoteaddress=)/g;

// A response of a peer as Go prints it (protobuf's text format).
const RESPONSE = /response: ?status: ?\d+ +message: ?"((?:[^"\\]|\\.)*)"/s;

function responseMessage(words: string): string | undefined {
  const [, quoted] = RESPONSE.exec(words) ?? [];
  return quoted === undefined ? undefined : unquoted(quoted);
}

/** Protobuf's text format writes bytes outside of ASCII as octal numbers. */
function unquoted(text: string): string {
  const bytes = text.replace(/\\([0-7]{3}|.)/gs, (_, escaped: string) => {
    if (escaped.length === 3) return String.fromCharCode(Number.parseInt(escaped, 8));
    return ESCAPES[escaped] ?? escaped;
  });
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * What a chaincode answered that was reached: every message in the response to a query that is not the peer's own
 * (core/endorser/endorser.go), and what a chaincode reported as its failure.
 */
function chaincodeAnswer(words: string): string | undefined {
  const message = responseMessage(words);
  if (message === undefined) return undefined;
  const [, failure] = /transaction returned with failure: (.*)/s.exec(message) ?? [];
  return failure ?? (PEERS_OWN.test(message) ? undefined : message);
}

const PEERS_OWN =
  /^(?:error in simulation|make sure the chaincode|channel '|endorsing with plugin|failed to create the proposal response)/;

/** In place of a sentence that names the package ID three times: which chaincode is not reached, where, and why. */
function unreachableChaincode(words: string): string | undefined {
  const [, label = '', why = ''] =
    /could not launch chaincode ([^:]+):\S+: (.*)/s.exec(responseMessage(words) ?? words) ?? [];
  if (label === '') return undefined;
  const [, address, reason] = /error creating grpc connection to (\S+): (.*)/s.exec(why) ?? [];
  if (address === undefined) return `the peer cannot start to talk to the server of ${label}: ${why}`;
  return `the peer cannot reach the server of ${label} at ${address}: ${reason ?? ''}`;
}
