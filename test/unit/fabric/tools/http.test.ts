import { describe, expect, test } from 'vitest';

import { abortable, connectionFailure, originOf } from '../../../../src/fabric/tools/http.ts';

const ENDPOINT = { host: 'org1-ca', port: 7054, servername: 'org1-ca.net', timeoutMs: 500 };

function coded(code: string, message = 'broken'): Error {
  return Object.assign(new Error(message), { code });
}

function named(name: string): Error {
  return Object.assign(new Error('too late'), { name });
}

describe('why there was no answer', () => {
  test.for<[string, unknown, string, string]>([
    ['nobody listens', coded('ECONNREFUSED'), 'unreachable', 'nothing listens at org1-ca:7054'],
    ['the name is not known', coded('ENOTFOUND'), 'unreachable', 'the name org1-ca cannot be resolved'],
    ['the name is not known now', coded('EAI_AGAIN'), 'unreachable', 'the name org1-ca cannot be resolved'],
    ['no connection in time', coded('UND_ERR_CONNECT_TIMEOUT'), 'timeout', 'org1-ca:7054 did not answer within 500 ms'],
    ['no answer in time', named('TimeoutError'), 'timeout', 'org1-ca:7054 did not answer within 500 ms'],
    ['no whole answer in time', named('BodyTimeoutError'), 'timeout', 'org1-ca:7054 did not answer within 500 ms'],
    [
      'its certificate is not trusted',
      coded('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed'),
      'untrusted',
      'the TLS certificate of org1-ca.net at org1-ca:7054 is not trusted: self-signed',
    ],
    [
      "it does not take the client's certificate",
      coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'),
      'notAuthorized',
      'org1-ca:7054 does not accept the TLS certificate of the one who asks',
    ],
    [
      "it does not know the client's CA",
      coded('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'),
      'notAuthorized',
      'org1-ca:7054 does not accept the TLS certificate of the one who asks',
    ],
    ['it hung up', coded('ECONNRESET', 'reset'), 'unreachable', 'the connection to org1-ca:7054 broke: reset'],
    ['something else was thrown', 'nonsense', 'unreachable', 'the connection to org1-ca:7054 broke: nonsense'],
  ])('%s', ([, error, kind, reason]) => {
    expect(connectionFailure(error, ENDPOINT)).toEqual({ kind, reason });
  });
});

test('an IPv6 address stands in brackets in an origin, a name does not', () => {
  expect(originOf('https', { host: '::1', port: 9443 })).toBe('https://[::1]:9443');
  expect(originOf('http', { host: 'org1-ca', port: 80 })).toBe('http://org1-ca:80');
});

describe('a wait', () => {
  test('ends with the reason of the signal when that is aborted, and with its own end before', async () => {
    const stop = new AbortController();
    const waiting = abortable(stop.signal, new Promise<never>(() => undefined));
    stop.abort(new Error('the caller has gone'));
    await expect(waiting).rejects.toThrow('the caller has gone');
    const other = new AbortController();
    await expect(abortable(other.signal, Promise.resolve('done'))).resolves.toBe('done');
    await expect(abortable(other.signal, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
