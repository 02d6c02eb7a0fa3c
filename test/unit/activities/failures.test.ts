import { ApplicationFailureCategory, type ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { asFailure, failure, FAILURES, type FailureType } from '../../../src/activities/failures.ts';
import {
  CertificateAuthorityError,
  FabricError,
  type CertificateAuthorityErrorKind,
  type FabricErrorKind,
} from '../../../src/fabric/index.ts';
import { KubernetesError, RolloutFailed, type KubernetesErrorKind } from '../../../src/kubernetes/index.ts';
import { TemplateError } from '../../../src/templates/index.ts';

describe('a failure', () => {
  /** Those that no retry heals: somebody has to change something first. All others pass. */
  const permanent: readonly FailureType[] = [
    ...(['ClusterMisconfigured', 'ClusterForbidden', 'ClusterRejected', 'AdmissionDenied'] as const),
    ...([
      'ObjectNotOwned',
      'ImmutableField',
      'StorageClassMissing',
      'NetworkUnknown',
      'RecordUnreadable',
      'OtherNetwork',
      'OtherCluster',
      'ForeignRecord',
      'ChangeRefused',
      'QuorumAtRisk',
      'StateLost',
    ] as const),
    ...(['ImagePullFailed', 'CrashLoop', 'RolloutFailed', 'NotRemoved', 'VolumeJobFailed'] as const),
    ...(['CertificateAuthorityRejected', 'CertificateAuthorityReplaced'] as const),
    ...(['IdentityConflict', 'MaterialMissing', 'FabricProgramMissing', 'FabricRefused'] as const),
    ...([
      'IdentityRevoked',
      'IdentityUnknown',
      'ChannelConflict',
      'SignaturesMissing',
      'AnchorPeersMissing',
      'AnswerLost',
      'Defect',
    ] as const),
  ];

  test.for(entriesOf(FAILURES))('%s is %s, and tried again only if it passes', ([type, ends]) => {
    expect(ends).toBe(permanent.includes(type) ? 'permanent' : 'retryable');
    expect(failure(type, 'why').nonRetryable).toBe(ends === 'permanent');
  });

  test('that passes is waiting, not an error to count; an unexpected one is both', () => {
    expect(failure('ClusterUnavailable', 'why').category).toBe(ApplicationFailureCategory.BENIGN);
    expect(failure('Unexpected', 'why').category).not.toBe(ApplicationFailureCategory.BENIGN);
    expect(failure('CrashLoop', 'why').category).not.toBe(ApplicationFailureCategory.BENIGN);
  });
});

describe('the details of a failure', () => {
  test('carry what helps beside the facts', () => {
    const remedy = { kind: 'fixImage' } as const;
    expect(failure('ImagePullFailed', 'why', { details: { reason: 'ErrImagePull' }, remedy }).details).toEqual([
      { reason: 'ErrImagePull', remedy },
    ]);
    expect(failure('ImagePullFailed', 'why', { remedy }).details).toEqual([{ remedy }]);
  });
});

describe('an error of the cluster', () => {
  const names: Readonly<Record<KubernetesErrorKind, FailureType>> = {
    notFound: 'ObjectMissing',
    alreadyExists: 'ObjectConflict',
    conflict: 'ObjectConflict',
    fieldManagerConflict: 'ObjectConflict',
    forbidden: 'ClusterForbidden',
    unauthorized: 'ClusterForbidden',
    denied: 'AdmissionDenied',
    invalid: 'ClusterRejected',
    immutable: 'ImmutableField',
    notOurs: 'ObjectNotOwned',
    quotaExceeded: 'QuotaExceeded',
    tooManyRequests: 'ClusterUnavailable',
    unavailable: 'ClusterUnavailable',
    noReadyPod: 'ClusterUnavailable',
    unreachable: 'ClusterUnreachable',
    untrusted: 'ClusterMisconfigured',
    misconfigured: 'ClusterMisconfigured',
    namespaceTerminating: 'ObjectTerminating',
    objectTerminating: 'ObjectTerminating',
    other: 'ClusterRejected',
  };

  test.for(entriesOf(names))('of kind %s is called %s', ([kind, type]) => {
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

  test.for([
    ['minimum storage usage per PersistentVolumeClaim is 2Gi, but request is 1Mi', 'storage'],
    ['maximum memory usage per Container is 1Gi, but limit is 2Gi', 'resources'],
    ['failed quota: quota: must specify limits.memory for: main', 'resources'],
  ] as const)('names the field that an admission controller refuses: %s', ([message, field]) => {
    const remedy = { kind: 'changeDescription', field };
    expect(asFailure(new KubernetesError('denied', `Deployment peer: ${message}`)).details).toMatchObject([{ remedy }]);
  });

  test('waits as long as the cluster asks', () => {
    const error = new KubernetesError('tooManyRequests', 'slow down', { retryAfterMs: 7000 });
    expect(asFailure(error).nextRetryDelay).toBe(7000);
    expect(asFailure(new KubernetesError('unavailable', 'starting')).nextRetryDelay).toBeUndefined();
  });
});

describe('an error of a certificate authority', () => {
  const names: Readonly<Record<CertificateAuthorityErrorKind, FailureType>> = {
    alreadyRegistered: 'ObjectConflict',
    authenticationFailed: 'CertificateAuthorityRejected',
    notAuthorized: 'CertificateAuthorityRejected',
    notFound: 'CertificateAuthorityRejected',
    unreachable: 'CertificateAuthorityUnreachable',
    unavailable: 'CertificateAuthorityUnreachable',
    rejected: 'CertificateAuthorityRejected',
  };

  test.for(entriesOf(names))('of kind %s is called %s', ([kind, type]) => {
    const error = new CertificateAuthorityError({
      authority: 'org1-ca',
      task: 'register org1-peer1',
      reason: 'no',
      kind,
    });
    expect(asFailure(error)).toMatchObject({ type, message: error.message, details: [{ kind }] });
  });
});

describe("an error of Fabric's nodes and programs", () => {
  const names: Readonly<Record<FabricErrorKind, FailureType>> = {
    programMissing: 'FabricProgramMissing',
    unreachable: 'NodeUnreachable',
    untrusted: 'NodeUntrusted',
    timeout: 'NodeUnreachable',
    unavailable: 'NodeUnreachable',
    noLeader: 'NoRaftLeader',
    notAuthorized: 'FabricRefused',
    alreadyExists: 'ObjectConflict',
    notFound: 'FabricNotFound',
    conflict: 'ObjectConflict',
    refused: 'FabricRefused',
    chaincodeUnreachable: 'ChaincodeUnreachable',
    chaincodeAnswered: 'FabricRefused',
    notInitialized: 'FabricRefused',
    unexpected: 'Unexpected',
  };

  test.for(entriesOf(names))('of kind %s is called %s', ([kind, type]) => {
    expect(asFailure(new FabricError(kind, 'why'))).toMatchObject({ type, message: 'why', details: [{ kind }] });
  });
});

describe('a rollout that failed', () => {
  test.for([
    ['ErrImagePull', 'ImagePullFailed'],
    ['ImagePullBackOff', 'ImagePullFailed'],
    ['InvalidImageName', 'ImagePullFailed'],
    ['ErrImageNeverPull', 'ImagePullFailed'],
    ['CrashLoopBackOff', 'CrashLoop'],
    ['OOMKilled', 'CrashLoop'],
    ['Error', 'CrashLoop'],
    ['ContainerExited', 'CrashLoop'],
    ['ImagePullUnauthorized', 'ImagePullFailed', 'allowPull'],
    ['ImagePlatformMissing', 'ImagePullFailed', 'fixImage'],
    ['NotAnImage', 'ImagePullFailed', 'fixImage'],
    ['VolumeFull', 'CrashLoop', 'changeDescription'],
    ['LimitsRequired', 'AdmissionDenied', 'changeDescription'],
    ['LimitRangeViolation', 'AdmissionDenied', 'changeDescription'],
    ['PodSecurityViolation', 'AdmissionDenied', 'satisfyPolicy'],
    ['AdmissionDenied', 'AdmissionDenied', 'satisfyPolicy'],
    ['Unschedulable', 'RolloutFailed', 'changeDescription'],
    ['VolumePending', 'RolloutFailed', 'changeDescription'],
    ['Evicted', 'RolloutFailed'],
  ])('because of %s is called %s', ([reason = '', type, kind]) => {
    expect(asFailure(new RolloutFailed({ reason, message: 'why', retryable: false }))).toMatchObject({
      type,
      message: 'why',
      details: [{ reason, ...(kind !== undefined && { remedy: { kind } }) }],
    });
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

function entriesOf<Key extends string, Value>(table: Readonly<Record<Key, Value>>): [Key, Value][] {
  return Object.entries(table) as [Key, Value][];
}

/** All that Temporal would keep of a failure. */
function everythingIn({ message, details, cause, stack }: ApplicationFailure): string {
  return JSON.stringify([message, details, String(cause), stack]);
}
