import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import { METADATA_ENCODING_KEY, type Payload, type PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';

import { PayloadDamaged, PayloadKeyMissing } from './errors.ts';
import type { KeyRing } from './key-ring.ts';
import type { PayloadKey } from './keys.ts';

/*
 * AES-256-GCM (NIST SP 800-38D). A payload is encrypted whole, its metadata included; the data of what is kept is nonce, ciphertext, tag. The names in the
 * metadata are those of Temporal's samples, which its page knows.
 */

const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';

/** 96 bits, random for each payload: a key is good for 2³² of them, and a run has some thousands. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/**
 * A codec that encrypts payloads with the current key and decrypts those of every key. What is not encrypted is read as it is: it was written before there
 * was a key.
 *
 * Its `decode` throws PayloadKeyMissing or PayloadDamaged.
 */
export function encryptionCodec(keys: KeyRing): PayloadCodec {
  return {
    encode: (payloads) => {
      const key = keys.current();
      return Promise.resolve(key === undefined ? payloads : payloads.map((payload) => encrypt(payload, key)));
    },
    decode: (payloads) => Promise.all(payloads.map((payload) => decrypt(payload, keys))),
  };
}

function encrypt({ metadata, data }: Payload, { id, secret }: PayloadKey): Payload {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce).setAAD(authenticated(id));
  const plain = PayloadMessage.encode({ metadata: metadata ?? null, data: data ?? null }).finish();
  return {
    metadata: { [METADATA_ENCODING_KEY]: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(id) },
    data: Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]),
  };
}

async function decrypt(payload: Payload, keys: KeyRing): Promise<Payload> {
  if (metadataOf(payload, METADATA_ENCODING_KEY) !== ENCODING) return payload;
  const id = metadataOf(payload, KEY_ID);
  const key = id === undefined ? undefined : await keys.find(id);
  if (key === undefined) throw new PayloadKeyMissing(id);
  const bytes = Buffer.from(payload.data ?? []);
  try {
    const { metadata, data } = PayloadMessage.decode(opened(bytes, key));
    return { metadata, data };
  } catch (error) {
    throw new PayloadDamaged(key.id, { cause: error });
  }
}

function opened(bytes: Buffer, { id, secret }: PayloadKey): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(authenticated(id))
    .setAuthTag(bytes.subarray(Math.max(NONCE_BYTES, bytes.length - TAG_BYTES)));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}

/**
 * What the tag vouches for besides the payload: what it says of itself. Not whose it is: Temporal hands payloads on (of a schedule to its runs, of a result to a
 * failure), and a codec server is not told.
 */
function authenticated(id: string): Buffer {
  return Buffer.from(`${ENCODING}\0${id}`);
}

function metadataOf({ metadata }: Payload, name: string): string | undefined {
  const value = metadata?.[name];
  return value === undefined ? undefined : Buffer.from(value).toString('utf8');
}
