/*
 * Signatures of a channel's configuration update. An update, its signatures and the transaction made of them are public:
 * only the keys are secret, each with its own organization.
 */
import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import configtx from '@hyperledger/fabric-protos/lib/common/configtx_pb.js';

import { signedEnvelope, signerOf, type SigningIdentity } from '../msp/signing-identity.ts';

/**
 * Signs an update of a channel's configuration.
 *
 * @param configUpdate common.ConfigUpdate
 * @returns a common.ConfigSignature
 */
export async function signConfigUpdate(configUpdate: Uint8Array, admin: SigningIdentity): Promise<Uint8Array> {
  const signer = signerOf(admin);
  const signature = new configtx.ConfigSignature();
  signature.setSignatureHeader(signer.signatureHeader());
  signature.setSignature(await signer.sign(Buffer.concat([signature.getSignatureHeader_asU8(), configUpdate])));
  return signature.serializeBinary();
}

/**
 * The transaction that updates a channel's configuration, as an orderer takes it.
 *
 * @param update.configUpdate common.ConfigUpdate
 * @param update.signatures common.ConfigSignature of each organization that the policies of what changes want
 * @param update.sender in whose name it is sent: one that may write to the channel; that is no signature of the update
 * @returns a common.Envelope
 */
export async function configUpdateTransaction(update: {
  readonly channel: string;
  readonly configUpdate: Uint8Array;
  readonly signatures: readonly Uint8Array[];
  readonly sender: SigningIdentity;
}): Promise<Uint8Array> {
  const { channel, configUpdate, signatures, sender } = update;
  const data = new configtx.ConfigUpdateEnvelope();
  data.setConfigUpdate(configUpdate);
  data.setSignaturesList(signatures.map((signature) => configtx.ConfigSignature.deserializeBinary(signature)));
  const message = { type: common.HeaderType.CONFIG_UPDATE, channel, data: data.serializeBinary() };
  return (await signedEnvelope(message, signerOf(sender))).serializeBinary();
}
