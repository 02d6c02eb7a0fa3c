import { createHash, createPrivateKey, randomBytes } from 'node:crypto';

import { signers } from '@hyperledger/fabric-gateway';
import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import identities from '@hyperledger/fabric-protos/lib/msp/identities_pb.js';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';

/** In whose name Fabric's nodes are asked: an identity of an MSP with its private key, e.g. an organization's Admin. */
export interface SigningIdentity {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

/** Signs what Fabric's nodes are sent. */
export interface Signer {
  /** ECDSA signature of a message's SHA-256, with the smaller of the two valid S values: Fabric refuses the other. */
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
  /** The identity as an msp.SerializedIdentity. */
  readonly creator: Uint8Array;
  /** A new common.SignatureHeader: the identity, with a nonce that is never used again. */
  readonly signatureHeader: () => Uint8Array;
}

/** @throws Error if the key cannot be read, or is of a kind with which Fabric does not sign */
export function signerOf({ mspId, certificate, key }: SigningIdentity): Signer {
  const creator = new identities.SerializedIdentity();
  creator.setMspid(mspId);
  creator.setIdBytes(Buffer.from(certificate));
  const creatorBytes = creator.serializeBinary();
  return {
    sign: messageSigner(key),
    creator: creatorBytes,
    signatureHeader: () => {
      const header = new common.SignatureHeader();
      header.setCreator(creatorBytes);
      header.setNonce(randomBytes(NONCE_BYTES));
      return header.serializeBinary();
    },
  };
}

/**
 * Signs messages with a private key, as `Signer` says.
 *
 * @param key PEM
 */
export function messageSigner(key: string): Signer['sign'] {
  const signDigest = signers.newPrivateKeySigner(createPrivateKey(key));
  return (message) => signDigest(createHash('sha256').update(message).digest());
}

// As long as those of Fabric's own clients (crypto.NonceSize in fabric's common/crypto/random.go).
const NONCE_BYTES = 24;

/**
 * A signed common.Envelope, as orderers and the Deliver service of peers take it. It carries the time: a node refuses one
 * that is more than 15 minutes off its own clock (peer.authentication.timewindow, General.Authentication.TimeWindow).
 *
 * @param message.data the message of the type, e.g. common.ConfigUpdateEnvelope
 */
export async function signedEnvelope(
  message: {
    readonly type: common.HeaderTypeMap[keyof common.HeaderTypeMap];
    readonly channel: string;
    readonly data: Uint8Array;
  },
  signer: Signer,
): Promise<common.Envelope> {
  const channelHeader = new common.ChannelHeader();
  channelHeader.setType(message.type);
  channelHeader.setChannelId(message.channel);
  channelHeader.setTimestamp(timestamps.Timestamp.fromDate(new Date()));
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  header.setSignatureHeader(signer.signatureHeader());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(message.data);
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  envelope.setSignature(await signer.sign(envelope.getPayload_asU8()));
  return envelope;
}
