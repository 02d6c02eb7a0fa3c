import { describe, expect, test } from 'vitest';

import { responseError, type FailedResponse } from '../../../../src/kubernetes/errors/transport.ts';

describe('an answer of the API server becomes an error with a kind and a sentence', () => {
  test.each([
    {
      answer: status(404, 'NotFound', 'deployments.apps "org1-peer1" not found', { kind: 'deployments' }),
      kind: 'notFound',
      message: 'Cannot apply Deployment org1-peer1: deployments.apps "org1-peer1" not found.',
    },
    {
      answer: status(404, 'NotFound', 'namespaces "test" not found', { kind: 'namespaces', name: 'test' }),
      kind: 'notFound',
      message: 'Cannot apply Deployment org1-peer1: namespaces "test" not found.',
    },
    {
      answer: status(409, 'AlreadyExists', 'deployments.apps "org1-peer1" already exists'),
      kind: 'alreadyExists',
      message: 'Cannot apply Deployment org1-peer1: deployments.apps "org1-peer1" already exists.',
    },
    {
      answer: status(409, 'AlreadyExists', 'object is being deleted: services "org1-peer1" already exists'),
      kind: 'objectTerminating',
      message: 'Cannot apply Deployment org1-peer1: object is being deleted: services "org1-peer1" already exists.',
    },
    {
      answer: status(409, 'Conflict', 'the object has been modified; please apply your changes to the latest version'),
      kind: 'conflict',
      message:
        'Cannot apply Deployment org1-peer1: the object has been modified; please apply your changes to the latest version.',
    },
    {
      answer: status(409, 'Conflict', 'Apply failed with 1 conflict', {
        causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "kubectl"', field: '.spec.replicas' }],
      }),
      kind: 'fieldManagerConflict',
      message: 'Cannot apply Deployment org1-peer1: .spec.replicas: conflict with "kubectl".',
    },
    {
      answer: status(403, 'Forbidden', 'deployments.apps is forbidden: User "ann" cannot patch resource "deployments"'),
      kind: 'forbidden',
      message:
        'Cannot apply Deployment org1-peer1: deployments.apps is forbidden: User "ann" cannot patch resource "deployments".',
    },
    {
      answer: status(
        403,
        'Forbidden',
        'unable to create new content in namespace test because it is being terminated',
        {
          causes: [
            {
              reason: 'NamespaceTerminating',
              message: 'namespace test is being terminated',
              field: 'metadata.namespace',
            },
          ],
        },
      ),
      kind: 'namespaceTerminating',
      message: 'Cannot apply Deployment org1-peer1: metadata.namespace: namespace test is being terminated.',
    },
    {
      answer: status(403, 'Forbidden', 'persistentvolumeclaims "a" is forbidden: exceeded quota: small, limited: 1'),
      kind: 'quotaExceeded',
      message:
        'Cannot apply Deployment org1-peer1: persistentvolumeclaims "a" is forbidden: exceeded quota: small, limited: 1.',
    },
    ...[
      'persistentvolumeclaims "a" is forbidden: minimum storage usage per PersistentVolumeClaim is 2Gi, but request is 1Gi',
      'pods "a" is forbidden: failed quota: small: must specify limits.memory for: peer',
      'admission webhook "check.example.com" denied the request: not from our registry',
      `deployments.apps "a" is forbidden: ValidatingAdmissionPolicy 'users' with binding 'all' denied request: no root`,
    ].map((message) => ({
      answer: status(403, 'Forbidden', message),
      kind: 'denied',
      message: `Cannot apply Deployment org1-peer1: ${message}.`,
    })),
    {
      answer: status(401, 'Unauthorized', 'Unauthorized'),
      kind: 'unauthorized',
      message: 'Cannot apply Deployment org1-peer1: the cluster does not accept the credentials (HTTP status 401).',
    },
    {
      answer: status(422, 'Invalid', 'Deployment.apps "org1-peer1" is invalid', {
        causes: [
          { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.template.spec.containers[0].image' },
          { reason: 'FieldValueInvalid', message: 'Invalid value: -1: must not be negative', field: 'spec.replicas' },
        ],
      }),
      kind: 'invalid',
      message:
        'Cannot apply Deployment org1-peer1: spec.template.spec.containers[0].image: Required value; spec.replicas: Invalid value: -1: must not be negative.',
    },
    {
      answer: status(422, 'Invalid', 'Deployment.apps "org1-peer1" is invalid: spec.selector: field is immutable', {
        causes: [
          { reason: 'FieldValueInvalid', message: 'Invalid value: {}: field is immutable', field: 'spec.selector' },
        ],
      }),
      kind: 'immutable',
      message: 'Cannot apply Deployment org1-peer1: spec.selector: Invalid value: {}: field is immutable.',
    },
    {
      answer: status(
        403,
        'Forbidden',
        'persistentvolumeclaims "a" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      ),
      kind: 'immutable',
      message:
        'Cannot apply Deployment org1-peer1: persistentvolumeclaims "a" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize.',
    },
    {
      // As Kubernetes 1.34 answers to an unknown field in server-side apply.
      answer: status(
        500,
        '',
        'failed to create typed patch object (n/a; /v1, Kind=X): .dta: field not declared in schema',
      ),
      kind: 'invalid',
      message:
        'Cannot apply Deployment org1-peer1: failed to create typed patch object (n/a; /v1, Kind=X): .dta: field not declared in schema.',
    },
    {
      answer: status(
        500,
        'InternalError',
        'Internal error occurred: failed calling webhook "check.example.com": timeout',
      ),
      kind: 'unavailable',
      message:
        'Cannot apply Deployment org1-peer1: Internal error occurred: failed calling webhook "check.example.com": timeout.',
    },
    {
      answer: { statusCode: 503, body: '<html>Bad gateway</html>' },
      kind: 'unavailable',
      message: 'Cannot apply Deployment org1-peer1: the API server answered with HTTP status 503.',
    },
    {
      answer: { statusCode: 404, body: '404 page not found' },
      kind: 'other',
      message: 'Cannot apply Deployment org1-peer1: the API server answered with HTTP status 404.',
    },
    {
      answer: { statusCode: 418, body: '' },
      kind: 'other',
      message: 'Cannot apply Deployment org1-peer1: the API server answered with HTTP status 418.',
    },
  ])('$answer.statusCode is $kind: $message', ({ answer, kind, message }) => {
    const error = responseError('apply Deployment org1-peer1', response(answer));

    expect(error).toMatchObject({ kind, message, statusCode: answer.statusCode });
  });

  test('only the first line of a cause is told, because the API appends whole objects', () => {
    const error = responseError(
      'apply PersistentVolumeClaim a',
      response(
        status(422, 'Invalid', 'is invalid', {
          causes: [
            {
              reason: 'FieldValueForbidden',
              message: 'spec is immutable after creation\n  core.Spec{...}',
              field: 'spec',
            },
          ],
        }),
      ),
    );

    expect(error.message).toBe('Cannot apply PersistentVolumeClaim a: spec: spec is immutable after creation.');
    expect(error.fields).toEqual(['spec']);
  });
});

describe('the time that the API server asks to wait', () => {
  test('is taken from Retry-After in seconds', () => {
    const error = responseError('x', { ...response({ statusCode: 429, body: '' }), retryAfter: '7' });

    expect(error).toMatchObject({ kind: 'tooManyRequests', retryAfterMs: 7000 });
  });

  test('is taken from Retry-After as a date', () => {
    const retryAfter = new Date(Date.now() + 30_000).toUTCString();

    const { retryAfterMs } = responseError('x', { ...response({ statusCode: 503, body: '' }), retryAfter });

    expect(retryAfterMs).toBeGreaterThan(27_000);
    expect(retryAfterMs).toBeLessThanOrEqual(30_000);
  });

  test('is taken from the Status when there is no header', () => {
    const error = responseError('x', response(status(500, 'ServerTimeout', 'timeout', { retryAfterSeconds: 3 })));

    expect(error.retryAfterMs).toBe(3000);
  });

  test('is unknown when the header makes no sense', () => {
    expect(responseError('x', { ...response({ statusCode: 429, body: '' }), retryAfter: 'soon' }).retryAfterMs).toBe(
      undefined,
    );
  });
});

describe('an error about a Secret does not repeat what was in it', () => {
  test.each([
    status(500, '', 'failed to create typed patch object: .data.key: expected string, got HIDDEN'),
    status(422, 'Invalid', 'Secret is invalid: data: HIDDEN', {
      causes: [{ reason: 'FieldValueInvalid', message: 'Invalid value: "HIDDEN"', field: 'data[tls.key]' }],
    }),
    status(400, 'BadRequest', 'cannot decode HIDDEN'),
    status(500, 'InternalError', 'admission webhook "x" saw HIDDEN'),
    status(418, 'Odd', 'HIDDEN'),
    status(403, 'Forbidden', 'admission webhook "x" denied the request: HIDDEN is no good value'),
  ])('$statusCode $reason', (answer) => {
    const error = responseError('apply Secret org1-peer1-msp', { ...response(answer), confidential: true });

    expect(error.message).toMatch(/^Cannot apply Secret org1-peer1-msp: /);
    expect(JSON.stringify(error) + error.message + String(error.stack)).not.toContain('HIDDEN');
  });

  test('but it tells the fields and the reasons', () => {
    const answer = status(422, 'Invalid', 'Secret is invalid', {
      causes: [{ reason: 'FieldValueRequired', message: 'Required value', field: 'data[tls.key]' }],
    });

    expect(responseError('apply Secret a', { ...response(answer), confidential: true }).message).toBe(
      'Cannot apply Secret a: data[tls.key]: FieldValueRequired.',
    );
  });

  test('and what forbids it', () => {
    const answer = status(403, 'Forbidden', 'secrets is forbidden: User "ann" cannot patch resource "secrets"');

    expect(responseError('apply Secret a', { ...response(answer), confidential: true }).message).toBe(
      'Cannot apply Secret a: secrets is forbidden: User "ann" cannot patch resource "secrets".',
    );
  });
});

function status(statusCode: number, reason: string, message: string, details: object = {}): Answer {
  return { statusCode, reason, body: JSON.stringify({ kind: 'Status', reason, message, details, code: statusCode }) };
}

interface Answer {
  readonly statusCode: number;
  readonly reason?: string;
  readonly body: string;
}

function response({ statusCode, body }: Answer): FailedResponse {
  return { statusCode, body, retryAfter: undefined, confidential: false };
}
