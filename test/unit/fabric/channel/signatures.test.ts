import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import configtx from '@hyperledger/fabric-protos/lib/common/configtx_pb.js';
import { describe, expect, it } from 'vitest';

import { configUpdateTransaction, signConfigUpdate } from '../../../../src/fabric/index.ts';
import { newIdentity, requireSignature } from '../grpc/fake-node.ts';

const UPDATE = Buffer.from('an update');

describe('The signature of a config update', () => {
  it('is of its header and the update, as Fabric checks it', async () => {
    const admin = await newIdentity('Org1MSP');
    const signature = configtx.ConfigSignature.deserializeBinary(await signConfigUpdate(UPDATE, admin));
    const headerBytes = signature.getSignatureHeader_asU8();
    const header = common.SignatureHeader.deserializeBinary(headerBytes);
    const signed = Buffer.concat([headerBytes, UPDATE]);
    expect(requireSignature(header, signed, signature.getSignature_asU8())).toEqual({
      mspId: 'Org1MSP',
      certificate: admin.certificate,
    });
  });

  it('is another one each time', async () => {
    const admin = await newIdentity('Org1MSP');
    const [one, other] = [await signConfigUpdate(UPDATE, admin), await signConfigUpdate(UPDATE, admin)];
    expect(one).not.toEqual(other);
  });

  it('is not made with a key of a kind with which Fabric does not sign', async () => {
    const admin = await newIdentity('Org1MSP');
    await expect(signConfigUpdate(UPDATE, { ...admin, key: 'no key' })).rejects.toThrow();
  });
});

describe('The transaction of a config update', () => {
  it('holds the update with the signatures that were given, and is signed by its sender alone', async () => {
    const [org1, org2, sender] = await Promise.all(['Org1MSP', 'Org2MSP', 'OrdererMSP'].map(newIdentity));
    if (org1 === undefined || org2 === undefined || sender === undefined) throw new Error('there are three');
    const signatures = await Promise.all([signConfigUpdate(UPDATE, org1), signConfigUpdate(UPDATE, org2)]);
    const bytes = await configUpdateTransaction({ channel: 'mychannel', configUpdate: UPDATE, signatures, sender });

    const envelope = common.Envelope.deserializeBinary(bytes);
    const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
    const channelHeader = common.ChannelHeader.deserializeBinary(
      payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array(),
    );
    expect(channelHeader.getType()).toBe(common.HeaderType.CONFIG_UPDATE);
    expect(channelHeader.getChannelId()).toBe('mychannel');
    const header = common.SignatureHeader.deserializeBinary(
      payload.getHeader()?.getSignatureHeader_asU8() ?? new Uint8Array(),
    );
    const signer = requireSignature(header, envelope.getPayload_asU8(), envelope.getSignature_asU8());
    expect(signer.mspId).toBe('OrdererMSP');
    const update = configtx.ConfigUpdateEnvelope.deserializeBinary(payload.getData_asU8());
    expect(Buffer.from(update.getConfigUpdate_asU8())).toEqual(UPDATE);
    expect(update.getSignaturesList().map((signature) => signature.serializeBinary())).toEqual(signatures);
  });
});
