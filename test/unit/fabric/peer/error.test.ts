import { describe, expect, it } from 'vitest';

import { ProgramFailure, type FabricErrorKind } from '../../../../src/fabric/index.ts';
import { peerError } from '../../../../src/fabric/peer/error.ts';

/*
 * What the peer program of Fabric 2.5.0 wrote to stderr in these situations, against its own orderer and peers; only
 * hashes, ports and the usage text are shortened.
 */

const USAGE = `
Usage:
  peer lifecycle chaincode approveformyorg [flags]

Flags:
      --channel-config-policy string   The endorsement policy associated to this chaincode specified as a channel config policy reference
  -C, --channelID string               The channel on which this command should be executed

Global Flags:
      --cafile string                       Path to file containing PEM-encoded trusted certificate(s) for the ordering endpoint

`;
const CONNECTED = 'Endorser and orderer connections initialized\n';
const INVOKED = "failed to invoke backing implementation of 'ApproveChaincodeDefinitionForMyOrg': ";
const NOT_CONNECTED =
  'failed to create new connection: connection error: desc = "transport: error while dialing: dial tcp 127.0.0.1:9999: connect: connection refused"';

interface Recorded {
  readonly when: string;
  readonly stderr: string;
  readonly kind: FabricErrorKind;
  /** What people read after `Doing it failed: `; absent if it is the line behind `Error: `. */
  readonly reason?: string;
}

const RECORDED: readonly Recorded[] = [
  {
    when: 'nothing listens at the address of the peer',
    stderr: `Error: error getting endorser client for channel: endorser client failed to connect to localhost:9999: ${NOT_CONNECTED}\n`,
    kind: 'unreachable',
  },
  {
    when: 'nothing listens at the address of the orderer',
    stderr: `Error: failed to retrieve broadcast client: orderer client failed to connect to localhost:9999: ${NOT_CONNECTED}${USAGE}`,
    kind: 'unreachable',
    reason: `failed to retrieve broadcast client: orderer client failed to connect to localhost:9999: ${NOT_CONNECTED}`,
  },
  {
    when: 'the name cannot be resolved',
    stderr:
      'Error: error getting endorser client for channel: endorser client failed to connect to nowhere.invalid:7051: failed to create new connection: connection error: desc = "transport: error while dialing: dial tcp: lookup nowhere.invalid on 10.255.255.53:53: no such host"\n',
    kind: 'unreachable',
  },
  {
    when: 'the TLS certificate is not trusted, which only the log says',
    stderr: [
      'Client TLS handshake failed after 3.78938ms with error: tls: failed to verify certificate: x509: certificate signed by unknown authority remoteaddress=127.0.0.1:7051',
      'Client TLS handshake failed after 1.10589ms with error: tls: failed to verify certificate: x509: certificate signed by unknown authority remoteaddress=127.0.0.1:7051',
      'Error: error getting endorser client for channel: endorser client failed to connect to localhost:7051: failed to create new connection: context deadline exceeded\n',
    ].join('\n'),
    kind: 'unreachable',
    reason:
      'error getting endorser client for channel: endorser client failed to connect to localhost:7051: failed to create new connection: context deadline exceeded (tls: failed to verify certificate: x509: certificate signed by unknown authority)',
  },
  {
    when: 'the channel has no leader',
    stderr: 'Error: failed to send transaction: got unexpected status: SERVICE_UNAVAILABLE -- no Raft leader\n',
    kind: 'noLeader',
  },
  {
    when: 'the orderer does not give blocks without a leader',
    stderr: `${CONNECTED}Expect block, but got status: &{SERVICE_UNAVAILABLE}\nError: can't read the block: &{SERVICE_UNAVAILABLE}\n`,
    kind: 'unavailable',
  },
  {
    when: 'the orderer has not joined the channel',
    stderr:
      'Error: failed to send transaction: got unexpected status: BAD_REQUEST -- channel creation request not allowed because the orderer system channel is not defined\n',
    kind: 'notFound',
    reason:
      'failed to send transaction: got unexpected status: BAD_REQUEST -- channel creation request not allowed because the orderer system channel is not defined (the orderer has not joined the channel)',
  },
  {
    when: 'a block is fetched of a channel that the node has not',
    stderr: `${CONNECTED}Expect block, but got status: &{NOT_FOUND}\nError: can't read the block: &{NOT_FOUND}\n`,
    kind: 'notFound',
  },
  {
    when: 'the height is asked of a channel that the peer has not',
    stderr: `${CONNECTED}Error: received bad response, status 500: Invalid chain ID, mychannel\n`,
    kind: 'notFound',
  },
  {
    when: 'definitions are asked of a channel that the peer has not',
    stderr: "Error: query failed with status: 500 - channel 'mychannel' not found\n",
    kind: 'notFound',
  },
  {
    when: 'an approval is read that is not there',
    stderr:
      "Error: query failed with status: 500 - failed to invoke backing implementation of 'QueryApprovedChaincodeDefinition': could not fetch approved chaincode definition (name: 'basic', sequence: '2') on channel 'mychannel'\n",
    kind: 'notFound',
  },
  {
    when: 'the peer has joined already',
    stderr: `${CONNECTED}Error: proposal failed (err: bad proposal response 500: cannot create ledger from genesis block: ledger [mychannel] already exists with state [ACTIVE])\n`,
    kind: 'alreadyExists',
  },
  {
    when: 'the one who asks is no administrator',
    stderr: `Error: proposal failed with status: 500 - Failed to authorize invocation due to failed ACL check: Failed verifying that proposal's creator satisfies local MSP principal during channelless check policy with policy [Admins]: [The identity is not an admin under this MSP [Org1MSP]: The identity does not contain OU [ADMIN], MSP: [Org1MSP]]\n`,
    kind: 'notAuthorized',
  },
  {
    when: 'the one who asks is of an organization that the peer does not know',
    stderr:
      'Error: failed to endorse proposal: rpc error: code = Unknown desc = error validating proposal: access denied: channel [] creator org unknown, creator is malformed\n',
    kind: 'notAuthorized',
  },
  {
    when: 'an approval is repeated',
    stderr: `Error: proposal failed with status: 500 - ${INVOKED}attempted to redefine uncommitted sequence (1) for namespace basic with unchanged content\n`,
    kind: 'conflict',
  },
  {
    when: 'the sequence is too high',
    stderr: `Error: proposal failed with status: 500 - ${INVOKED}requested sequence 2 is larger than the next available sequence number 1\n`,
    kind: 'conflict',
  },
  {
    when: 'the sequence is taken',
    stderr:
      "Error: proposal failed with status: 500 - failed to invoke backing implementation of 'CommitChaincodeDefinition': requested sequence is 1, but new definition must be sequence 2\n",
    kind: 'conflict',
  },
  {
    when: 'a peer of an organization that has not approved endorses a commit',
    stderr:
      "Error: failed to create signed transaction: proposal response was not successful, error code 500, msg failed to invoke backing implementation of 'CommitChaincodeDefinition': chaincode definition not agreed to by this org (Org2MSP)\n",
    kind: 'conflict',
  },
  {
    when: 'a config update was overtaken',
    stderr: `${CONNECTED}Error: got unexpected status: BAD_REQUEST -- error applying config update to existing channel 'mychannel': error authorizing update: error validating DeltaSet: attempt to set key [Value]  /Channel/Application/Capabilities to version 1, but key is at version 1\n`,
    kind: 'conflict',
  },
  {
    when: 'a config update lacks signatures',
    stderr: `${CONNECTED}Error: got unexpected status: BAD_REQUEST -- error applying config update to existing channel 'mychannel': error authorizing update: error validating DeltaSet: policy for [Value]  /Channel/Application/Capabilities not satisfied: implicit policy evaluation failed - 1 sub-policies were satisfied, but this policy requires 2 of the 'Admins' sub-policies to be satisfied\n`,
    kind: 'refused',
  },
  {
    when: 'too few peers endorsed a commit',
    stderr:
      'txid [a9f3d90b] committed with status (ENDORSEMENT_POLICY_FAILURE) at localhost:7051\nError: transaction invalidated with status (ENDORSEMENT_POLICY_FAILURE)\n',
    kind: 'refused',
  },
  {
    when: 'a signature policy cannot be read',
    stderr: `Error: invalid signature policy: OR(x)${USAGE}`,
    kind: 'refused',
    reason: 'invalid signature policy: OR(x)',
  },
  {
    when: 'a collection has a member that the channel has not',
    stderr: `Error: proposal failed with status: 500 - ${INVOKED}error validating chaincode definition: collection-name: private -- collection member 'FooMSP' is not part of the channel\n`,
    kind: 'refused',
  },
  {
    when: 'a package cannot be read',
    stderr:
      "Error: chaincode install failed with status: 500 - failed to invoke backing implementation of 'InstallChaincode': could not parse as a chaincode install package: error reading as gzip stream: unexpected EOF\n",
    kind: 'refused',
  },
  {
    when: 'the builder of the peer fails',
    stderr:
      "Error: chaincode install failed with status: 500 - failed to invoke backing implementation of 'InstallChaincode': could not build chaincode: external builder failed: external builder failed to build: external builder 'ccaas_builder' failed: exit status 1\n",
    kind: 'refused',
    reason:
      "chaincode install failed with status: 500 - failed to invoke backing implementation of 'InstallChaincode': could not build chaincode: external builder failed: external builder failed to build: external builder 'ccaas_builder' failed: exit status 1 (the log of the peer says why)",
  },
  {
    when: 'the key is not that of the certificate',
    stderr:
      'Cannot run peer because error when setting up MSP of type bccsp from directory /tmp/msp: KeyMaterial not found in SigningIdentityInfo\n',
    kind: 'refused',
    reason:
      'Cannot run peer because error when setting up MSP of type bccsp from directory /tmp/msp: KeyMaterial not found in SigningIdentityInfo',
  },
  {
    when: 'the block does not come in time',
    stderr: 'Error: timed out waiting for txid on all peers\n',
    kind: 'timeout',
  },
  {
    when: 'nothing listens at the address of the chaincode',
    stderr: `Error: endorsement failure during query. response: status:500 message:"error in simulation: failed to execute transaction ef11: could not launch chaincode basic_1.0:f11f: connection to basic_1.0:f11f failed: error cannot create connection for basic_1.0:f11f: error creating grpc connection to 127.0.0.1:9999: ${NOT_CONNECTED.replaceAll('"', '\\"')}" \n`,
    kind: 'chaincodeUnreachable',
    reason: `the peer cannot reach the server of basic_1.0 at 127.0.0.1:9999: ${NOT_CONNECTED}`,
  },
  {
    when: 'the package has a root certificate that cannot be read',
    stderr:
      'Error: endorsement failure during query. response: status:500 message:"error in simulation: failed to execute transaction ef11: could not launch chaincode basic_1.0:f11f: connection to basic_1.0:f11f failed: error cannot create connection for basic_1.0:f11f: error creating grpc connection to org1-basic:9999: error adding root certificate" \n',
    kind: 'chaincodeUnreachable',
    reason: 'the peer cannot reach the server of basic_1.0 at org1-basic:9999: error adding root certificate',
  },
  {
    when: 'the chaincode answers with an error',
    stderr:
      'Error: endorsement failure during query. response: status:500 message:"the asset x does not exist\\nsecond line \\"quoted\\", gr\\303\\274n" \n',
    kind: 'chaincodeAnswered',
    reason: 'the chaincode answered: the asset x does not exist\nsecond line "quoted", grün',
  },
  {
    when: 'a chaincode answers with an error that has words of Fabric in it',
    stderr:
      'Error: endorsement failure during query. response: status:500 message:"access denied: the owner of the asset is not found" \n',
    kind: 'chaincodeAnswered',
    reason: 'the chaincode answered: access denied: the owner of the asset is not found',
  },
  {
    when: 'the chaincode has to be initialized',
    stderr:
      'Error: endorsement failure during query. response: status:500 message:"error in simulation: failed to execute transaction 8788: invalid invocation: chaincode \'init\' has not been initialized for this version, must call as init first" \n',
    kind: 'notInitialized',
    reason:
      "error in simulation: failed to execute transaction 8788: invalid invocation: chaincode 'init' has not been initialized for this version, must call as init first",
  },
  {
    when: 'the chaincode is not defined',
    stderr:
      'Error: endorsement failure during query. response: status:500 message:"make sure the chaincode nono has been successfully defined on channel mychannel and try again: chaincode nono not found" \n',
    kind: 'notFound',
    reason:
      'make sure the chaincode nono has been successfully defined on channel mychannel and try again: chaincode nono not found',
  },
  {
    when: 'the chaincode is not installed',
    stderr:
      'Error: endorsement failure during query. response: status:500 message:"make sure the chaincode basic has been successfully defined on channel mychannel and try again: chaincode definition for \'basic\' exists, but chaincode is not installed" \n',
    kind: 'notFound',
    reason:
      "make sure the chaincode basic has been successfully defined on channel mychannel and try again: chaincode definition for 'basic' exists, but chaincode is not installed",
  },
  {
    when: 'the program says something that is not known yet',
    stderr: 'Error: the moon is in the wrong place\n',
    kind: 'unexpected',
  },
];

describe('what the peer program says', () => {
  it.each(RECORDED)('is $kind when $when', ({ stderr, kind, reason }) => {
    const failure = new ProgramFailure('peer', { exitCode: 1, signal: undefined, stderr });
    const error = peerError('Doing it', failure);
    expect(error).toMatchObject({ kind, cause: failure });
    expect(error.message).toBe(`Doing it failed: ${reason ?? lineOfError(stderr)}`);
  });

  it('names nodes as people know them', () => {
    const stderr = 'Error: endorser client failed to connect to localhost:9999\n';
    const failure = new ProgramFailure('peer', { exitCode: 1, signal: undefined, stderr });
    const error = peerError('Doing it', failure, (words) => words.replace('localhost:9999', 'org1-peer1'));
    expect(error.message).toBe('Doing it failed: endorser client failed to connect to org1-peer1');
  });
});

function lineOfError(stderr: string): string {
  return /^Error: (.*)$/m.exec(stderr)?.[1] ?? '';
}
