import { ApplicationFailureCategory, type ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { asFailure, failure, FAILURES, type FailureType } from '../../../src/activities/failures.ts';
import { CertificateAuthorityError } from '../../../src/fabric/index.ts';
import { KubernetesError, type KubernetesErrorKind } from '../../../src/kubernetes/index.ts';
import { TemplateError } from '../../../src/templates/index.ts';

describe('a failure', () => {
  test.for(Object.entries(FAILURES))('%s: %s', ([type, ends]) => {
    expect(failure(type as FailureType, 'why').nonRetryable).toBe(ends === 'permanent');
  });

  test('that passes is waiting, not an error to count; an unexpected one is both', () => {
    expect(failure('ClusterUnavailable', 'why').category).toBe(ApplicationFailureCategory.BENIGN);
    expect(failure('Unexpected', 'why').category).not.toBe(ApplicationFailureCategory.BENIGN);
    expect(failure('CrashLoop', 'why').category).not.toBe(ApplicationFailureCategory.BENIGN);
  });
});

describe('the details of a failure', () => {
  test('carry what helps beside the facts', () => {
    const remedy = { kind: 'fixImage', image: 'x' } as const;
    expect(failure('ImagePullFailed', 'why', { details: { reason: 'ErrImagePull' }, remedy }).details).toEqual([
      { reason: 'ErrImagePull', remedy },
    ]);
    expect(failure('ImagePullFailed', 'why', { remedy }).details).toEqual([{ remedy }]);
  });
});

describe('an error of the cluster', () => {
  const names: readonly (readonly [KubernetesErrorKind, FailureType])[] = [
    ['notFound', 'ObjectMissing'],
    ['conflict', 'ObjectConflict'],
    ['forbidden', 'ClusterForbidden'],
    ['unauthorized', 'ClusterForbidden'],
    ['invalid', 'ClusterRejected'],
    ['immutable', 'ImmutableField'],
    ['notOurs', 'ObjectNotOwned'],
    ['quotaExceeded', 'QuotaExceeded'],
    ['tooManyRequests', 'ClusterUnavailable'],
    ['unavailable', 'ClusterUnavailable'],
    ['unreachable', 'ClusterUnreachable'],
    ['untrusted', 'ClusterMisconfigured'],
    ['misconfigured', 'ClusterMisconfigured'],
    ['namespaceTerminating', 'ObjectTerminating'],
  ];

  test.for(names)('of kind %s is called %s', ([kind, type]) => {
    expect(asFailure(new KubernetesError(kind, 'why'))).toMatchObject({ type, message: 'why' });
  });

  test('tells the fields that were refused, and nothing else of the answer', () => {
    const error = new KubernetesError('immutable', 'spec.selector cannot change', {
      fields: ['spec.selector'],
      cause: new Error('{"kind":"Secret","data":{"key.pem":"LS0t"}}'),
    });
    const named = asFailure(error);
    expect(named.details).toEqual([{ kind: 'immutable', fields: ['spec.selector'] }]);
    expect(named.cause).toBeUndefined();
    expect(everythingIn(named)).not.toContain('key.pem');
  });

  test('waits as long as the cluster asks', () => {
    const error = new KubernetesError('tooManyRequests', 'slow down', { retryAfterSeconds: 7 });
    expect(asFailure(error).nextRetryDelay).toBe(7000);
    expect(asFailure(new KubernetesError('unavailable', 'starting')).nextRetryDelay).toBeUndefined();
  });
});

describe('an error of a certificate authority', () => {
  test('that is not reached passes, one that refuses stays', () => {
    const call = { authority: 'org1-ca', task: 'register org1-peer1', reason: 'no' };
    const unreachable = new CertificateAuthorityError({ ...call, kind: 'unreachable' });
    const refused = new CertificateAuthorityError({ ...call, kind: 'notAuthorized' });
    expect(asFailure(unreachable)).toMatchObject({ type: 'CertificateAuthorityUnreachable', nonRetryable: false });
    expect(asFailure(refused)).toMatchObject({ type: 'CertificateAuthorityRejected', nonRetryable: true });
  });
});

describe('a mistake in the code', () => {
  test.each([
    ['a value that is not there', new TypeError("Cannot read properties of undefined (reading 'name')")],
    ['a name that is not defined', new ReferenceError('organisation is not defined')],
    ['a number out of range', new RangeError('Invalid array length')],
    ['a manifest that does not fit its variables', new TemplateError(['peer.yaml: no IMAGE'])],
    ['a value of another shape', z.string().safeParse(1).error],
  ])('is a defect, which no retry heals: %s', (_, error) => {
    expect(asFailure(error)).toMatchObject({ type: 'Defect', nonRetryable: true });
  });

  test('is not what the network says, though fetch wraps it alike', () => {
    const error = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    expect(asFailure(error)).toMatchObject({ type: 'Unexpected', nonRetryable: false });
  });
});

describe('any other error', () => {
  test('is unexpected, and tells neither its cause nor its stack', () => {
    const error = new Error('cannot parse', { cause: new Error('-----BEGIN PRIVATE KEY-----') });
    const named = asFailure(error);
    expect(named).toMatchObject({ type: 'Unexpected', message: 'Error: cannot parse' });
    expect(named.cause).toBeUndefined();
    expect(everythingIn(named)).not.toContain('PRIVATE KEY');
    expect(named.stack).not.toBe(error.stack);
  });

  test('that has a name already keeps it', () => {
    const named = failure('MaterialMissing', 'why');
    expect(asFailure(named)).toBe(named);
  });

  test('that is no error at all is told in its own words', () => {
    expect(asFailure('out of luck')).toMatchObject({ type: 'Unexpected', message: 'out of luck' });
  });
});

/** All that Temporal would keep of a failure. */
function everythingIn({ message, details, cause, stack }: ApplicationFailure): string {
  return JSON.stringify([message, details, String(cause), stack]);
}
