import { describe, expect, it } from 'vitest';

import type { FabricErrorKind } from '../../../../src/fabric/index.ts';
import {
  meaningOf,
  meaningOfChaincodeResponse,
  meaningOfRpcError,
  meaningOfStatus,
} from '../../../../src/fabric/grpc/answers.ts';

/*
 * What peers and orderers of Fabric 2.5.0 answered in these situations; only hashes and ports are shortened.
 */

const INVOKED = "failed to invoke backing implementation of 'ApproveChaincodeDefinitionForMyOrg': ";
const REFUSED_CONNECTION =
  'failed to create new connection: connection error: desc = "transport: error while dialing: dial tcp 127.0.0.1:9999: connect: connection refused"';
const UPDATE =
  "error applying config update to existing channel 'mychannel': error authorizing update: error validating DeltaSet: ";

interface Answer {
  readonly when: string;
  readonly status: number;
  readonly message: string;
  readonly kind: FabricErrorKind;
  /** What people read; absent if it is message and status. */
  readonly reason?: string;
}

/** Of orderers, and of the peer's own chaincodes. */
const ANSWERS: readonly Answer[] = [
  {
    when: 'the channel has no leader',
    status: 503,
    message: 'no Raft leader',
    kind: 'noLeader',
    reason: 'no Raft leader (503 SERVICE_UNAVAILABLE)',
  },
  {
    when: 'the leader has not heard from an orderer that has just restarted',
    status: 400,
    message:
      "error applying config update to existing channel 'trade': consensus metadata update for channel config update is invalid: 2 out of 3 nodes are alive, configuration will result in quorum loss",
    kind: 'unavailable',
    reason:
      "error applying config update to existing channel 'trade': consensus metadata update for channel config update is invalid: 2 out of 3 nodes are alive, configuration will result in quorum loss (the leader has not heard from the other orderers yet) (400 BAD_REQUEST)",
  },
  {
    when: 'the orderer gives no blocks without a leader',
    status: 503,
    message: '',
    kind: 'unavailable',
    reason: 'it answers (503 SERVICE_UNAVAILABLE)',
  },
  {
    when: 'the orderer has not joined the channel',
    status: 400,
    message: 'channel creation request not allowed because the orderer system channel is not defined',
    kind: 'notFound',
    reason:
      'channel creation request not allowed because the orderer system channel is not defined (the orderer has not joined the channel) (400 BAD_REQUEST)',
  },
  {
    when: 'a block is fetched of a channel that the node has not',
    status: 404,
    message: '',
    kind: 'notFound',
    reason: 'it answers (404 NOT_FOUND)',
  },
  {
    when: 'the one who asks may not read the channel',
    status: 403,
    message: '',
    kind: 'notAuthorized',
    reason: 'it answers (403 FORBIDDEN)',
  },
  {
    when: 'the node cannot read what it is asked',
    status: 400,
    message: '',
    kind: 'refused',
    reason: 'it answers (400 BAD_REQUEST)',
  },
  {
    when: 'the transaction is too large',
    status: 413,
    message: 'message payload is 200 bytes and exceeds maximum',
    kind: 'refused',
  },
  {
    when: 'the height is asked of a channel that the peer has not',
    status: 500,
    message: 'Invalid chain ID, mychannel',
    kind: 'notFound',
    reason: 'Invalid chain ID, mychannel (500 INTERNAL_SERVER_ERROR)',
  },
  {
    when: 'definitions are asked of a channel that the peer has not',
    status: 500,
    message: "channel 'mychannel' not found",
    kind: 'notFound',
  },
  {
    when: 'an approval is read that is not there',
    status: 500,
    message:
      "failed to invoke backing implementation of 'QueryApprovedChaincodeDefinition': could not fetch approved chaincode definition (name: 'basic', sequence: '2') on channel 'mychannel'",
    kind: 'notFound',
  },
  {
    when: 'the peer has joined already',
    status: 500,
    message: 'cannot create ledger from genesis block: ledger [mychannel] already exists with state [ACTIVE]',
    kind: 'alreadyExists',
  },
  {
    when: 'the one who asks is no administrator',
    status: 500,
    message:
      "Failed to authorize invocation due to failed ACL check: Failed verifying that proposal's creator satisfies local MSP principal during channelless check policy with policy [Admins]: [The identity is not an admin under this MSP [Org1MSP]: The identity does not contain OU [ADMIN], MSP: [Org1MSP]]",
    kind: 'notAuthorized',
  },
  {
    when: 'an approval is repeated',
    status: 500,
    message: `${INVOKED}attempted to redefine uncommitted sequence (1) for namespace basic with unchanged content`,
    kind: 'conflict',
  },
  {
    when: 'the sequence is too high',
    status: 500,
    message: `${INVOKED}requested sequence 2 is larger than the next available sequence number 1`,
    kind: 'conflict',
  },
  {
    when: 'the sequence is taken',
    status: 500,
    message:
      "failed to invoke backing implementation of 'CommitChaincodeDefinition': requested sequence is 1, but new definition must be sequence 2",
    kind: 'conflict',
  },
  {
    when: 'a peer of an organization that has not approved endorses a commit',
    status: 500,
    message:
      "failed to invoke backing implementation of 'CommitChaincodeDefinition': chaincode definition not agreed to by this org (Org2MSP)",
    kind: 'conflict',
  },
  {
    when: 'a config update was overtaken',
    status: 400,
    message: `${UPDATE}attempt to set key [Value]  /Channel/Application/Capabilities to version 1, but key is at version 1`,
    kind: 'conflict',
  },
  {
    when: 'a config update lacks signatures',
    status: 400,
    message: `${UPDATE}policy for [Value]  /Channel/Application/Capabilities not satisfied: implicit policy evaluation failed - 1 sub-policies were satisfied, but this policy requires 2 of the 'Admins' sub-policies to be satisfied`,
    kind: 'refused',
  },
  {
    when: 'a collection has a member that the channel has not',
    status: 500,
    message: `${INVOKED}error validating chaincode definition: collection-name: private -- collection member 'FooMSP' is not part of the channel`,
    kind: 'refused',
  },
  {
    when: 'a package cannot be read',
    status: 500,
    message:
      "failed to invoke backing implementation of 'InstallChaincode': could not parse as a chaincode install package: error reading as gzip stream: unexpected EOF",
    kind: 'refused',
  },
  {
    when: 'the builder of the peer fails',
    status: 500,
    message:
      "failed to invoke backing implementation of 'InstallChaincode': could not build chaincode: external builder failed: external builder failed to build: external builder 'ccaas_builder' failed: exit status 1",
    kind: 'refused',
    reason:
      "failed to invoke backing implementation of 'InstallChaincode': could not build chaincode: external builder failed: external builder failed to build: external builder 'ccaas_builder' failed: exit status 1 (the log of the peer says why) (500 INTERNAL_SERVER_ERROR)",
  },
  {
    when: 'the node says something that is not known yet',
    status: 500,
    message: 'the moon is in the wrong place',
    kind: 'unexpected',
  },
  { when: 'the status is none of Fabric', status: 299, message: 'hello', kind: 'unexpected', reason: 'hello (299)' },
];

/** Of a query of an application's chaincode. */
const RESPONSES: readonly Answer[] = [
  {
    when: 'nothing listens at the address of the chaincode',
    status: 500,
    message: `error in simulation: failed to execute transaction ef11: could not launch chaincode basic_1.0:f11f: connection to basic_1.0:f11f failed: error cannot create connection for basic_1.0:f11f: error creating grpc connection to 127.0.0.1:9999: ${REFUSED_CONNECTION}`,
    kind: 'chaincodeUnreachable',
    reason: `the peer cannot reach the server of basic_1.0 at 127.0.0.1:9999: ${REFUSED_CONNECTION} (500 INTERNAL_SERVER_ERROR)`,
  },
  {
    when: 'the package has a root certificate that cannot be read',
    status: 500,
    message:
      'error in simulation: failed to execute transaction ef11: could not launch chaincode basic_1.0:f11f: connection to basic_1.0:f11f failed: error cannot create connection for basic_1.0:f11f: error creating grpc connection to org1-basic:9999: error adding root certificate',
    kind: 'chaincodeUnreachable',
    reason:
      'the peer cannot reach the server of basic_1.0 at org1-basic:9999: error adding root certificate (500 INTERNAL_SERVER_ERROR)',
  },
  {
    when: 'the chaincode answers with an error',
    status: 500,
    message: 'the asset x does not exist\nsecond line "quoted", grün',
    kind: 'chaincodeAnswered',
    reason:
      'the chaincode answered: the asset x does not exist\nsecond line "quoted", grün (500 INTERNAL_SERVER_ERROR)',
  },
  {
    when: 'the chaincode answers with a status of its own',
    status: 404,
    message: 'no such asset',
    kind: 'chaincodeAnswered',
    reason: 'the chaincode answered: no such asset (404 NOT_FOUND)',
  },
  {
    when: 'a chaincode answers with an error that has words of Fabric in it',
    status: 500,
    message: 'access denied: the owner of the asset is not found',
    kind: 'chaincodeAnswered',
    reason: 'the chaincode answered: access denied: the owner of the asset is not found (500 INTERNAL_SERVER_ERROR)',
  },
  {
    when: 'the chaincode reports that it failed',
    status: 500,
    message: 'error in simulation: transaction returned with failure: Error: it broke',
    kind: 'chaincodeAnswered',
    reason: 'the chaincode answered: Error: it broke (500 INTERNAL_SERVER_ERROR)',
  },
  {
    when: 'the chaincode has to be initialized',
    status: 500,
    message:
      "error in simulation: failed to execute transaction 8788: invalid invocation: chaincode 'init' has not been initialized for this version, must call as init first",
    kind: 'notInitialized',
  },
  {
    when: 'the chaincode does not answer its peer',
    status: 500,
    message:
      'error in simulation: failed to execute transaction 8788: [mychannel][8788] timeout expired while executing transaction',
    kind: 'timeout',
  },
  {
    when: 'the connection of peer and chaincode broke',
    status: 500,
    message: 'error in simulation: failed to execute transaction 8788: error sending: chaincode stream terminated',
    kind: 'unavailable',
  },
  {
    when: 'the chaincode is not defined',
    status: 500,
    message:
      'make sure the chaincode nono has been successfully defined on channel mychannel and try again: chaincode nono not found',
    kind: 'notFound',
  },
  {
    when: 'the chaincode is not installed',
    status: 500,
    message:
      "make sure the chaincode basic has been successfully defined on channel mychannel and try again: chaincode definition for 'basic' exists, but chaincode is not installed",
    kind: 'notFound',
  },
  {
    when: 'the peer has not joined the channel',
    status: 500,
    message: "channel 'mychannel' not found",
    kind: 'notFound',
  },
];

const NODE = { subject: 'it', address: 'localhost:7051', timeoutMs: 1_500 };

describe('An answer of a node', () => {
  it.each(ANSWERS)('is $kind when $when', ({ status, message, kind, reason }) => {
    const meaning = meaningOfStatus(status, message);
    expect(meaning.kind).toBe(kind);
    if (reason === undefined) expect(meaning.reason).toContain(message);
    else expect(meaning.reason).toBe(reason);
  });
});

describe('The response to a query of a chaincode', () => {
  it.each(RESPONSES)('is $kind when $when', ({ status, message, kind, reason }) => {
    const meaning = meaningOfChaincodeResponse(status, message);
    expect(meaning.kind).toBe(kind);
    if (reason === undefined) expect(meaning.reason).toContain(message);
    else expect(meaning.reason).toBe(reason);
  });
});

describe('An error of gRPC', () => {
  it.each<[string, number, string, FabricErrorKind, string]>([
    [
      'nothing listens',
      14,
      'No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:7051. Resolution note: ',
      'unreachable',
      'it cannot be reached at localhost:7051: connect ECONNREFUSED 127.0.0.1:7051 (14 UNAVAILABLE)',
    ],
    [
      'the name cannot be resolved',
      14,
      'Name resolution failed for target dns:nowhere.invalid:7051',
      'unreachable',
      'it cannot be reached at localhost:7051: Name resolution failed for target dns:nowhere.invalid:7051 (14 UNAVAILABLE)',
    ],
    [
      'the connection is lost',
      14,
      'Connection dropped',
      'unreachable',
      'it cannot be reached at localhost:7051: Connection dropped (14 UNAVAILABLE)',
    ],
    [
      'the stream is reset',
      13,
      'Received RST_STREAM with code 2 (Internal server error)',
      'unreachable',
      'Received RST_STREAM with code 2 (Internal server error) (13 INTERNAL)',
    ],
    [
      'the node cancels the call',
      1,
      'Call cancelled',
      'unreachable',
      'it cannot be reached at localhost:7051: Call cancelled (1 CANCELLED)',
    ],
    [
      'there is no answer in time',
      4,
      'Deadline exceeded after 1.5s',
      'timeout',
      'it did not answer within 1.5 s (4 DEADLINE_EXCEEDED)',
    ],
    [
      'the node has too much to do',
      14,
      'too many requests for /protos.Endorser, exceeding concurrency limit (2500)',
      'unavailable',
      'too many requests for /protos.Endorser, exceeding concurrency limit (2500) (the peer has too much to do) (14 UNAVAILABLE)',
    ],
    [
      'the node does not know the organization',
      2,
      'error validating proposal: access denied: channel [] creator org unknown, creator is malformed',
      'notAuthorized',
      'error validating proposal: access denied: channel [] creator org unknown, creator is malformed (2 UNKNOWN)',
    ],
    [
      'the certificate that asks has no OU that the MSP asks for',
      2,
      'error validating proposal: access denied: channel [] creator org [Org1MSP]',
      'notAuthorized',
      'error validating proposal: access denied: channel [] creator org [Org1MSP] (the node takes the certificate that asks for none of that organization: it is of another CA, has ended, or lacks the OU of a client, peer, orderer or admin that the MSP asks for) (2 UNKNOWN)',
    ],
    [
      "the node's certificate has ended",
      14,
      'No connection established. Last error: Error: certificate has expired. Resolution note: ',
      'untrusted',
      'it at localhost:7051 shows a TLS certificate that has ended: certificate has expired (14 UNAVAILABLE)',
    ],
    [
      'the node does not permit it',
      7,
      'failed evaluating policy on signed data',
      'notAuthorized',
      'failed evaluating policy on signed data (7 PERMISSION_DENIED)',
    ],
    ['it is none of these', 13, 'the moon', 'unexpected', 'the moon (13 INTERNAL)'],
  ])('says when %s', (_, code, details, kind, reason) => {
    expect(meaningOfRpcError({ code, details }, NODE)).toEqual({ kind, reason });
  });
});

describe('The words of a node that another one passes on', () => {
  it.each<[string, FabricErrorKind]>([
    ['received unsuccessful response from orderer: status=SERVICE_UNAVAILABLE, info=no Raft leader', 'noLeader'],
    ['received unsuccessful response from orderer: status=SERVICE_UNAVAILABLE, info=', 'unavailable'],
    ['received unsuccessful response from orderer: status=FORBIDDEN, info=', 'notAuthorized'],
    ['received unsuccessful response from orderer: status=NOT_FOUND, info=channel does not exist', 'notFound'],
    ['received unsuccessful response from orderer: status=BAD_REQUEST, info=x', 'refused'],
    ['rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing"', 'unreachable'],
    ['rpc error: code = DeadlineExceeded desc = context deadline exceeded', 'unreachable'],
  ])('mean the same as from the node itself: %s', (words, kind) => {
    expect(meaningOf(words)).toEqual({ kind, reason: words });
  });
});
