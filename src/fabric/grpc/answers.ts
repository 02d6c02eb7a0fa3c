/*
 * What the answers of Fabric's nodes mean, other than what they were asked for. Fabric has few statuses and many sentences:
 * which failure it is stands in its words, most of which are those of the node itself or of one that it asked.
 */
import { status as rpcStatus } from '@grpc/grpc-js';
import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';

import type { FabricErrorKind } from '../error.ts';

export interface Meaning {
  readonly kind: FabricErrorKind;
  /** For people, to follow a colon. */
  readonly reason: string;
}

/** Whom a call was for, as its failure names it. */
interface CalledNode {
  /** Subject of the sentence, e.g. `org1-peer1`. */
  readonly subject: string;
  readonly address: string;
  readonly timeoutMs: number;
}

/** What a call means that gRPC, or the node by means of it, did not carry out. */
export function meaningOfRpcError(
  { code, details }: { readonly code: number; readonly details: string },
  node: CalledNode,
): Meaning {
  const { kind, reason } = ofRpcCode(code, details, node);
  return { kind, reason: `${reason} ${rpcStatusText(code)}` };
}

// Codes of gRPC as errors carry them.
const CANCELLED: number = rpcStatus.CANCELLED;
const DEADLINE_EXCEEDED: number = rpcStatus.DEADLINE_EXCEEDED;
const UNAVAILABLE: number = rpcStatus.UNAVAILABLE;
const PERMISSION_DENIED: number = rpcStatus.PERMISSION_DENIED;

function ofRpcCode(code: number, details: string, { subject, address, timeoutMs }: CalledNode): Meaning {
  if (code === DEADLINE_EXCEEDED) {
    return { kind: 'timeout', reason: `${subject} did not answer within ${timeoutMs / 1000} s` };
  }
  const meaning = meaningOf(details);
  if (meaning.kind !== 'unexpected') return meaning;
  if (code === UNAVAILABLE || code === CANCELLED) {
    return unreachableNode(lastError(details), { subject, address });
  }
  return code === PERMISSION_DENIED ? { kind: 'notAuthorized', reason: details } : meaning;
}

/** A certificate that does not fit stands in the way as long as nobody renews it; else the node may be back in a moment. */
function unreachableNode(words: string, { subject, address }: Pick<CalledNode, 'subject' | 'address'>): Meaning {
  const fact = CERTIFICATE_FACTS.find(({ says }) => says.test(words))?.fact;
  if (fact === undefined)
    return { kind: 'unreachable', reason: `${subject} cannot be reached at ${address}: ${words}` };
  const why = words.replace(/^Error \[\w+\]: /, '').replace(/; if the root CA is installed locally.*$/, '');
  return { kind: 'untrusted', reason: `${subject} at ${address} shows a TLS certificate ${fact}: ${why}` };
}

/** OpenSSL's and Node.js' words for a server's certificate (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const CERTIFICATE_FACTS: readonly { readonly says: RegExp; readonly fact: string }[] = [
  { says: /certificate has expired/, fact: 'that has ended' },
  { says: /certificate is not yet valid/, fact: 'that is not valid yet, by the clock of this machine' },
  { says: /ERR_TLS_CERT_ALTNAME_INVALID/, fact: 'for other names' },
  {
    says: /unable to verify the first certificate|self-signed certificate|unable to get (local )?issuer certificate/,
    fact: 'that is not of the TLS CA of its organization',
  },
];

/** What grpc-js says of its own state before and behind the reason helps nobody. */
function lastError(details: string): string {
  const [, reason = details] = /Last error: (?:Error: )?(.*?)\.? ?Resolution note:/s.exec(details) ?? [];
  return reason;
}

/** A status of gRPC by number and name, e.g. `(14 UNAVAILABLE)`. */
export function rpcStatusText(code: number): string {
  return statusText(code, rpcStatus[code]);
}

/**
 * What a status of Fabric means (common.Status in common/common.proto).
 *
 * @param message what the node says besides; empty if it says nothing
 */
export function meaningOfStatus(status: number, message: string): Meaning {
  const text = statusText(status, nameOfStatus(status));
  if (message === '') return { kind: KINDS[status] ?? 'unexpected', reason: `it answers ${text}` };
  const { kind, reason } = meaningOf(message);
  return { kind: kind === 'unexpected' ? (KINDS[status] ?? kind) : kind, reason: `${reason} ${text}` };
}

/** What a status says by itself. */
const KINDS: Readonly<Record<number, FabricErrorKind>> = {
  [common.Status.BAD_REQUEST]: 'refused',
  [common.Status.FORBIDDEN]: 'notAuthorized',
  [common.Status.NOT_FOUND]: 'notFound',
  [common.Status.REQUEST_ENTITY_TOO_LARGE]: 'refused',
  [common.Status.NOT_IMPLEMENTED]: 'refused',
  [common.Status.SERVICE_UNAVAILABLE]: 'unavailable',
};

function nameOfStatus(status: number): string | undefined {
  return Object.entries(common.Status).find(([, value]) => value === status)?.[0];
}

function statusText(number: number, name: string | undefined): string {
  return name === undefined ? `(${number})` : `(${number} ${name})`;
}

/**
 * What the response to a query of an application's chaincode means: every message is the chaincode's that is not the
 * peer's own (core/endorser/endorser.go).
 */
export function meaningOfChaincodeResponse(status: number, message: string): Meaning {
  const answer = chaincodeFailure(message) ?? (PEERS_OWN.test(message) ? undefined : message);
  if (answer === undefined) return meaningOfStatus(status, message);
  const text = statusText(status, nameOfStatus(status));
  return { kind: 'chaincodeAnswered', reason: `the chaincode answered: ${answer} ${text}` };
}

/** What a chaincode reports as its failure (core/chaincode/chaincode_support.go). */
function chaincodeFailure(message: string): string | undefined {
  return /transaction returned with failure: (.*)/s.exec(message)?.[1];
}

const PEERS_OWN =
  /^(?:error in simulation|make sure the chaincode|channel '|endorsing with plugin|failed to create the proposal response)/;

/** What the words of a peer or an orderer mean. */
export function meaningOf(words: string): Meaning {
  const unreachable = unreachableChaincode(words);
  if (unreachable !== undefined) return { kind: 'chaincodeUnreachable', reason: unreachable };
  const known = SENTENCES.find(({ says }) => says.test(words));
  if (known === undefined) return { kind: 'unexpected', reason: words };
  return { kind: known.kind, reason: known.meaning === undefined ? words : `${words} (${known.meaning})` };
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
  // internal/peer/node/grpc_limiters.go
  { kind: 'unavailable', says: /too many requests|concurrency limit/, meaning: 'the peer has too much to do' },
  // orderer/consensus/etcdraft/chain.go; the orderer's status for it is SERVICE_UNAVAILABLE
  { kind: 'noLeader', says: /no Raft leader/ },
  // The same file: a leader counts who has answered it, and who has restarted does so only when the leader has connected again
  {
    kind: 'unavailable',
    says: /nodes are alive, configuration will result in quorum loss/,
    meaning: 'the leader has not heard from the other orderers yet',
  },
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
  { kind: 'notFound', says: /namespace \S+ is not defined/ },
  // core/endorser, core/aclmgmt, common/deliver
  {
    kind: 'notAuthorized',
    says: /access denied: channel \[.*\] creator org \[/,
    meaning:
      'the node takes the certificate that asks for none of that organization: it is of another CA, has ended, or lacks the OU of a client, peer, orderer or admin that the MSP asks for',
  },
  {
    kind: 'notAuthorized',
    says: /does not contain OU \[/,
    meaning: 'the certificate that asks lacks the OU that the MSP asks for (NodeOUs)',
  },
  { kind: 'notAuthorized', says: /access denied|failed ACL check|FORBIDDEN/ },
  // core/container/externalbuilder
  { kind: 'refused', says: /could not build chaincode/, meaning: 'the log of the peer says why' },
  // orderer/common/broadcast, core/chaincode/persistence, core/chaincode/lifecycle
  { kind: 'refused', says: /BAD_REQUEST|ENDORSEMENT_POLICY_FAILURE|could not parse|error validating/ },
  { kind: 'refused', says: /invalid signature policy|invalid collection configuration|error unmarshalling/ },
  // gRPC's own, also of a peer that asks another node
  { kind: 'unreachable', says: /failed to connect to|connection error|connection refused|: EOF\b|code = Unavailable/ },
  { kind: 'unreachable', says: /[Dd]eadline ?[Ee]xceeded|RST_STREAM/ },
];

/** What gRPC of the peer gives up after the package's dial timeout, and keeps the reason to itself. */
const NO_CONNECTION =
  'nothing answers there, TLS is on at one side only or its certificate is not trusted, or it is the port of something else';

/** The server was reached, and is none, or registers as another chaincode than the peer has asked it for. */
const NO_REGISTRATION = 'what answers there is no server of a chaincode, or has another package ID as its CHAINCODE_ID';

function escaped(text: string): string {
  return text.replaceAll(/[.+]/g, String.raw`\$&`);
}

/** In place of a sentence that names the package ID three times: which chaincode is not reached, where, and why. */
function unreachableChaincode(words: string): string | undefined {
  const [, label = '', why = ''] = /could not launch chaincode ([^:]+):\S+: (.*)/s.exec(words) ?? [];
  if (label === '') return undefined;
  const [, address, reason] = /error creating grpc connection to (\S+): (.*)/s.exec(why) ?? [];
  if (address === undefined) {
    const fact = why.replaceAll(new RegExp(`${escaped(label)}:[0-9a-f]{64}`, 'g'), label);
    const meaning = /registration failed/.test(why) ? ` (${NO_REGISTRATION})` : '';
    return `the peer cannot start to talk to the server of ${label}: ${fact}${meaning}`;
  }
  const meaning = /context deadline exceeded/.test(reason ?? '') ? ` (${NO_CONNECTION})` : '';
  return `the peer cannot reach the server of ${label} at ${address}: ${reason ?? ''}${meaning}`;
}
