export { encryptingConverter, FAILURE_CONVERTER_PATH, PAYLOAD_KEY_VARIABLE } from './data-converter.ts';
export { encryptionCodec } from './encryption.ts';
export { isUndecodable, PayloadDamaged, PayloadKeyMissing, PayloadKeysUnusable } from './errors.ts';
export { openKeyRing, type KeyRing } from './key-ring.ts';
export { newKeyLines } from './keys.ts';
