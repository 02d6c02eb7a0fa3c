import { describe, expect, it } from 'vitest';

import { masked } from '../../../src/api/events/mask.ts';

describe('a text that is shown', () => {
  it.each([
    ['a private key', 'read -----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY----- of org1', ' of org1'],
    ['the beginning of a private key', '-----BEGIN EC PRIVATE KEY-----\nCANARY', 'key]'],
    ['the password of a URL', 'GET https://admin:CANARY@ca.org1:7054/enroll', '@ca.org1:7054/enroll'],
    ['a bearer token', 'sent Authorization: Bearer CANARY.abc-def_1', 'sent Authorization: Bearer'],
    ['a JSON Web Token', 'got eyJhbGciOiJIUzI1NiJ9.CANARY.c2ln here', 'got [secret] here'],
    ['a token of Weft', 'with weft_CANARYabcdefgh', 'with [secret]'],
    ['a password that is set', 'ENROLL password=CANARY&id=x', '&id=x'],
    ['a secret in JSON', '{"secret":"CANARY","id":"x"}', '","id":"x"}'],
    ['a secret after a colon', 'enrollment secret: CANARY', 'enrollment secret: [secret]'],
  ])('has no %s in it, and the rest of it', (_what, text, rest) => {
    const shown = masked(text);
    expect(shown).not.toContain('CANARY');
    expect(shown).toContain(rest);
  });

  it.each([
    'Secret org1-peer1-msp in namespace org1 is gone',
    'https://ghcr.io/hyperledger/fabric-peer:2.5.9 is not there',
    'the token is not known',
    '-----BEGIN CERTIFICATE-----',
  ])('is left alone where it has none: %s', (text) => {
    expect(masked(text)).toBe(text);
  });
});
