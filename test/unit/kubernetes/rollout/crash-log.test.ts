import { describe, expect, test } from 'vitest';

import { crashLog, withLog, withoutKeys } from '../../../../src/kubernetes/rollout/crash-log.ts';
import { newPrivateKey } from '../../../../src/fabric/index.ts';
import { objectStore } from '../../activities/object-store.ts';

const LEFT_OUT = '(a private key, left out)';
const KEY = newPrivateKey().trimEnd();
const LINES = KEY.split('\n');
const BODY = LINES.slice(1, -1).join('\n');
const DIGEST = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('the log of a node that crashed', () => {
  test('is repeated word by word', () => {
    const log = 'panic: Failed to open ledger\n[signal SIGSEGV]\ngoroutine 1 [running]:';
    expect(withoutKeys(log)).toBe(log);
  });

  test('keeps certificates and digests, which are public', () => {
    const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
    expect(withoutKeys(certificate)).toBe(certificate);
    expect(withoutKeys(`block\n${DIGEST}\nis missing`)).toBe(`block\n${DIGEST}\nis missing`);
  });

  test.each([
    ['a key', `cannot parse\n${KEY}\nbye`, `cannot parse\n${LEFT_OUT}\nbye`],
    ['two keys', `${KEY} and ${KEY}.`, `${LEFT_OUT} and ${LEFT_OUT}.`],
    ['a key of another form', KEY.replaceAll('PRIVATE', 'EC PRIVATE'), LEFT_OUT],
    ['a key whose end is cut off', `key: ${LINES.slice(0, 2).join('\n')}`, `key: ${LEFT_OUT}`],
    ['a key whose beginning is cut off', `${LINES.slice(1).join('\n')}\nbye`, `${LEFT_OUT}\nbye`],
    ['the middle of a key', BODY, LEFT_OUT],
  ])('is given without %s in it', (_, log, given) => {
    expect(withoutKeys(log)).toBe(given);
    expect(withoutKeys(log)).not.toContain(LINES[1]);
  });

  test('tells of a volume that is full, and of nothing else', () => {
    const diagnosis = { reason: 'CrashLoopBackOff', message: 'org1-peer1: ended', retryable: true };
    const full = 'write /var/hyperledger/000001.log: no space left on device\nexit status 1';
    expect(withLog(diagnosis, full)).toEqual({ ...diagnosis, reason: 'VolumeFull', log: full });
    expect(withLog(diagnosis, 'panic: no MSP')).toEqual({ ...diagnosis, log: 'panic: no MSP' });
  });

  test('is read from the container that crashed', async () => {
    const store = objectStore([]);
    store.logs.set('org1-peer1-5d', `panic: bad key\n${KEY}\n`);
    const crash = { namespace: 'net', pod: 'org1-peer1-5d', container: 'peer', previous: true };
    const { signal } = new AbortController();
    expect(await crashLog(store.cluster, crash, signal)).toBe(`panic: bad key\n${LEFT_OUT}`);
    expect(await crashLog(store.cluster, { ...crash, pod: 'gone' }, signal)).toBe('(there is no such log here)');
  });
});
