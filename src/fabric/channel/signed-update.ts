/*
 * An update of a channel's configuration on its way between organizations: the file that `peer channel signconfigtx` signs and
 * `peer channel update` sends, a common.Envelope with a common.ConfigUpdateEnvelope in it. All of it is public.
 */
import { X509Certificate, verify } from 'node:crypto';

import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import configtx from '@hyperledger/fabric-protos/lib/common/configtx_pb.js';
import identities from '@hyperledger/fabric-protos/lib/msp/identities_pb.js';
import { z } from 'zod';

import { FabricError } from '../error.ts';
import { describeCertificate } from '../msp/certificates.ts';
import type { SigningIdentity } from '../msp/signing-identity.ts';
import type { ChannelConfig } from './config.ts';
import { section } from './config.ts';
import { organizationsOf } from './organizations.ts';
import { signConfigUpdate } from './signatures.ts';

/** An update with the signatures that it has. */
export interface SignedUpdate {
  readonly channel: string;
  /** common.ConfigUpdate. */
  readonly update: Uint8Array;
  readonly signatures: readonly UpdateSignature[];
}

export interface UpdateSignature {
  /** MSP ID of the organization whose signature it says to be. */
  readonly mspId: string;
  /** common.ConfigSignature. */
  readonly signature: Uint8Array;
}

/** The file of an update. @param update.signatures common.ConfigSignatures @returns a common.Envelope */
export function updateEnvelope(update: {
  readonly channel: string;
  readonly update: Uint8Array;
  readonly signatures: readonly Uint8Array[];
}): Uint8Array {
  const channelHeader = new common.ChannelHeader();
  channelHeader.setType(common.HeaderType.CONFIG_UPDATE);
  channelHeader.setChannelId(update.channel);
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  const data = new configtx.ConfigUpdateEnvelope();
  data.setConfigUpdate(update.update);
  data.setSignaturesList(update.signatures.map((signature) => configtx.ConfigSignature.deserializeBinary(signature)));
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(data.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  return envelope.serializeBinary();
}

/**
 * Reads the file of an update. Whether its signatures are good is another question: see {@link signatureProblem}.
 *
 * @throws FabricError `refused` if it is something else
 */
export function readUpdateEnvelope(envelope: Uint8Array): SignedUpdate {
  try {
    const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(envelope).getPayload_asU8());
    const header = common.ChannelHeader.deserializeBinary(
      payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array(),
    );
    const data = configtx.ConfigUpdateEnvelope.deserializeBinary(payload.getData_asU8());
    const update = data.getConfigUpdate_asU8();
    if (header.getType() !== common.HeaderType.CONFIG_UPDATE || update.length === 0)
      throw new Error('it is another message');
    const channel = configtx.ConfigUpdate.deserializeBinary(update).getChannelId();
    if (channel === '' || channel !== header.getChannelId()) throw new Error('it names no channel, or two of them');
    const signatures = data
      .getSignaturesList()
      .map((signature) => ({ mspId: signerIn(signature).getMspid(), signature: signature.serializeBinary() }));
    return { channel, update, signatures };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FabricError('refused', `This is no update of a channel's configuration: ${why}`);
  }
}

/** Adds a signature to the file of an update; one that the organization has given before stays as it is. @throws FabricError `refused` */
export async function signUpdateEnvelope(envelope: Uint8Array, admin: SigningIdentity): Promise<Uint8Array> {
  const { channel, update, signatures } = readUpdateEnvelope(envelope);
  if (signatures.some(({ mspId }) => mspId === admin.mspId)) return envelope;
  const own = await signConfigUpdate(update, admin);
  return updateEnvelope({ channel, update, signatures: [...signatures.map(({ signature }) => signature), own] });
}

/**
 * Why an orderer would not count a signature as that of an organization's Admin; undefined if it would. A certificate that has ended counts, as it
 * does for Fabric; one that is revoked is left for the orderer to refuse.
 *
 * @param config the channel as it stands
 * @param update common.ConfigUpdate
 * @param signature common.ConfigSignature
 */
export function signatureProblem(config: ChannelConfig, update: Uint8Array, signature: Uint8Array): string | undefined {
  const parsed = configtx.ConfigSignature.deserializeBinary(signature);
  const signer = signerIn(parsed);
  const mspId = signer.getMspid();
  const msp = mspsOf(config).find(({ name }) => name === mspId);
  if (msp === undefined) return `${mspId} is no organization of the channel`;
  const pem = Buffer.from(signer.getIdBytes_asU8()).toString('utf8');
  const certificate = certificateOf(pem);
  if (certificate === undefined) return `the signature of ${mspId} has no certificate that can be read`;
  if (!isIssued(certificate, msp)) return `the certificate of who has signed is of no CA of ${mspId}`;
  if (!isAdmin(certificate, pem, msp)) return `who has signed is no admin of ${mspId}`;
  const message = Buffer.concat([parsed.getSignatureHeader_asU8(), update]);
  const isGood = verify('sha256', message, certificate.publicKey, parsed.getSignature_asU8());
  return isGood ? undefined : `the signature of ${mspId} is not one of this update`;
}

function signerIn(signature: configtx.ConfigSignature): identities.SerializedIdentity {
  const header = common.SignatureHeader.deserializeBinary(signature.getSignatureHeader_asU8());
  return identities.SerializedIdentity.deserializeBinary(header.getCreator_asU8());
}

// What is needed of msp.FabricMSPConfig (msp/msp_config.proto); certificates are base64 of PEM.
const Certificates = z
  .array(z.string())
  .nullish()
  .transform((certificates) =>
    (certificates ?? []).map((certificate) => Buffer.from(certificate, 'base64').toString('utf8')),
  );

const Msp = z.object({
  config: z.object({
    name: z.string(),
    root_certs: Certificates,
    intermediate_certs: Certificates,
    admins: Certificates,
    fabric_node_ous: z
      .object({
        enable: z.boolean().nullish(),
        admin_ou_identifier: z.object({ organizational_unit_identifier: z.string() }).nullish(),
      })
      .nullish(),
  }),
});

type Msp = z.infer<typeof Msp>['config'];

function mspsOf(config: ChannelConfig): readonly Msp[] {
  const organizations = (['Application', 'Orderer'] as const).flatMap((name) => organizationsOf(section(config, name)));
  return organizations.flatMap(({ group }) => {
    const msp = Msp.safeParse(group.values['MSP']?.value);
    return msp.success ? [msp.data.config] : [];
  });
}

function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** A chain that is longer has no end. */
const LONGEST_CHAIN = 10;

function isIssued(
  certificate: X509Certificate,
  { root_certs: roots, intermediate_certs: intermediates }: Msp,
): boolean {
  const issuers = (certificates: readonly string[], of: X509Certificate): readonly X509Certificate[] =>
    certificates
      .flatMap((pem) => certificateOf(pem) ?? [])
      .filter((issuer) => of.checkIssued(issuer) && of.verify(issuer.publicKey));
  let current: X509Certificate | undefined = certificate;
  for (let length = 1; current !== undefined && length <= LONGEST_CHAIN; length += 1) {
    if (issuers(roots, current).length > 0) return true;
    [current] = issuers(intermediates, current);
  }
  return false;
}

function isAdmin(certificate: X509Certificate, pem: string, { admins, fabric_node_ous: nodeOus }: Msp): boolean {
  if (admins.some((admin) => certificateOf(admin)?.fingerprint256 === certificate.fingerprint256)) return true;
  const unit = nodeOus?.enable === true ? nodeOus.admin_ou_identifier?.organizational_unit_identifier : undefined;
  return unit !== undefined && describeCertificate(pem).organizationalUnits.includes(unit);
}
