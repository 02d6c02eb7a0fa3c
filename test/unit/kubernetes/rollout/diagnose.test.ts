import { describe, expect, test } from 'vitest';

import { currentPods, diagnoseRollout, type ObservedRollout } from '../../../../src/kubernetes/rollout/diagnose.ts';
import type { Diagnosis } from '../../../../src/kubernetes/rollout/diagnose-pod.ts';
import type { ContainerStatus, Event } from '../../../../src/kubernetes/rollout/workloads.ts';
import { newClaim, newContainer, newDeployment, newEvent, newPod, newReplicaSet } from '../fixtures.ts';

const IMAGE = 'ghcr.io/hyperledger/fabric-peer:2.5.9';

describe('a Deployment that is not ready is explained', () => {
  test('not before its controller has seen its spec', () => {
    const deployment = newDeployment({
      observedGeneration: 1,
      conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota: old' }],
    });

    expect(explain({ deployment })).toBeUndefined();
  });

  test('not while its pod is being created and nothing went wrong', () => {
    expect(explainContainer({ state: { waiting: { reason: 'ContainerCreating' } } })).toBeUndefined();
  });

  test('not while its pod runs and no probe has failed', () => {
    expect(explainContainer({ state: { running: { startedAt: '2026-01-01T00:00:00Z' } } })).toBeUndefined();
  });

  test.each([
    {
      message:
        'pods "org1-peer1-abc" is forbidden: exceeded quota: small, requested: pods=1, used: pods=4, limited: pods=4',
      expected: {
        reason: 'QuotaExceeded',
        message:
          'org1-peer1: its pod cannot be made: exceeded quota: small, requested: pods=1, used: pods=4, limited: pods=4',
        retryable: true,
      },
    },
    {
      message:
        'pods "org1-peer1-abc" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod must not run as root)',
      expected: {
        reason: 'PodSecurityViolation',
        message:
          'org1-peer1: its pod cannot be made: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod must not run as root)',
        retryable: false,
      },
    },
    {
      message: 'pods "org1-peer1-abc" is forbidden: failed quota: memory: must specify limits.memory for: peer',
      expected: {
        reason: 'LimitsRequired',
        message: 'org1-peer1: its pod cannot be made: failed quota: memory: must specify limits.memory for: peer',
        retryable: false,
      },
    },
    {
      message: 'pods "org1-peer1-abc" is forbidden: minimum memory usage per Container is 1Gi, but request is 128Mi',
      expected: {
        reason: 'LimitRangeViolation',
        message: 'org1-peer1: its pod cannot be made: minimum memory usage per Container is 1Gi, but request is 128Mi',
        retryable: false,
      },
    },
    {
      message: 'admission webhook "check.example.com" denied the request: no images from elsewhere',
      expected: {
        reason: 'AdmissionDenied',
        message:
          'org1-peer1: its pod cannot be made: admission webhook "check.example.com" denied the request: no images from elsewhere',
        retryable: false,
      },
    },
    {
      message: `pods "org1-peer1-abc" is forbidden: ValidatingAdmissionPolicy 'users' with binding 'all' denied request: users below 10000 are not allowed`,
      expected: {
        reason: 'AdmissionDenied',
        message: `org1-peer1: its pod cannot be made: ValidatingAdmissionPolicy 'users' with binding 'all' denied request: users below 10000 are not allowed`,
        retryable: false,
      },
    },
    {
      message: 'Internal error occurred: failed calling webhook "check.example.com": timeout',
      expected: {
        reason: 'ReplicaFailure',
        message:
          'org1-peer1: its pod cannot be made: Internal error occurred: failed calling webhook "check.example.com": timeout',
        retryable: true,
      },
    },
  ])('by $expected.reason when its controller may not make a pod', ({ message, expected }) => {
    const deployment = newDeployment({ conditions: [{ type: 'ReplicaFailure', status: 'True', message }] });

    expect(explain({ deployment })).toEqual(expected);
  });

  test('by the missing storage class when its claim names one that is not there', () => {
    const events = [newEvent('claim-uid', 'ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found')];

    expect(explain({ pods: [newPod({})], claims: [newClaim('Pending')], events })).toEqual({
      reason: 'StorageClassMissing',
      message: 'org1-peer1: volume claim org1-peer1 waits for the storage class fast, which does not exist.',
      retryable: false,
    });
  });

  test('by its claim when no volume can be made for it', () => {
    const events = [
      newEvent('claim-uid', 'ProvisioningFailed', 'failed to provision volume: no space left', '2026-01-01T00:00:09Z'),
      newEvent('claim-uid', 'FailedBinding', 'older', '2026-01-01T00:00:01Z'),
    ];

    expect(explain({ pods: [newPod({})], claims: [newClaim('Pending')], events })).toEqual({
      reason: 'VolumePending',
      message: 'org1-peer1: volume claim org1-peer1 has no volume: failed to provision volume: no space left',
      retryable: true,
    });
  });

  test('not by a claim that waits for its pod to be scheduled, which is how it should be', () => {
    const events = [newEvent('claim-uid', 'WaitForFirstConsumer', 'waiting for first consumer to be created')];

    expect(explain({ pods: [newPod({})], claims: [newClaim('Pending')], events })).toBeUndefined();
  });

  test('by its claim when the volume is lost', () => {
    expect(explain({ pods: [newPod({})], claims: [newClaim('Lost')] })).toMatchObject({
      reason: 'VolumeLost',
      retryable: false,
    });
  });

  test('by the scheduler when no node has room', () => {
    const pod = newPod({
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message:
            '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found.',
        },
      ],
    });

    expect(explain({ pods: [pod] })).toEqual({
      reason: 'Unschedulable',
      message: 'org1-peer1: no node can run its pod: 0/1 nodes are available: 1 Insufficient cpu.',
      retryable: true,
    });
  });

  test.each([
    {
      waiting: {
        reason: 'ErrImagePull',
        message: `rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": ${IMAGE}: not found`,
      },
      answer: 'not found',
    },
    {
      waiting: {
        reason: 'ImagePullBackOff',
        message: `Back-off pulling image "${IMAGE}": ErrImagePull: failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": unexpected status from HEAD request to https://ghcr.io/v2/x/manifests/2.5.9: 503 Service Unavailable`,
      },
      answer: 'unexpected status from HEAD request to https://ghcr.io/v2/x/manifests/2.5.9: 503 Service Unavailable',
    },
    {
      waiting: {
        reason: 'ErrImagePull',
        message: `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": failed to do request: Head "https://ghcr.io/v2/": dial tcp 10.0.0.1:443: connect: connection refused`,
      },
      answer: 'failed to do request: Head "https://ghcr.io/v2/": dial tcp 10.0.0.1:443: connect: connection refused',
    },
    {
      waiting: { reason: 'ErrImageNeverPull', message: 'Container image is not present with pull policy of Never' },
      answer: 'Container image is not present with pull policy of Never',
    },
    {
      waiting: {
        reason: 'ErrImagePull',
        message: `failed to pull and unpack image "${IMAGE}": failed to do request: Head "http://localhost:40100/v2/": dial tcp 127.0.0.1:40100: connect: connection refused`,
      },
      answer:
        'failed to do request: Head "http://localhost:40100/v2/": dial tcp 127.0.0.1:40100: connect: connection refused',
    },
    { waiting: { reason: 'ImagePullBackOff' }, answer: 'the node does not say why' },
  ])('by its image with the answer of the registry: $answer', ({ waiting, answer }) => {
    expect(explainContainer({ state: { waiting } })).toEqual({
      reason: 'ImagePullBackOff',
      message: `org1-peer1: image ${IMAGE} cannot be pulled: ${answer}`,
      retryable: true,
    });
  });

  test.each([
    [
      'ImagePullUnauthorized',
      'unexpected status from HEAD request to https://ghcr.io/v2/x/manifests/2.5.9: 403 Forbidden',
    ],
    ['ImagePullUnauthorized', 'pull access denied, repository does not exist or may require authorization'],
    ['ImagePlatformMissing', 'no match for platform in manifest: not found'],
    ['NotAnImage', 'failed to unpack image on snapshotter overlayfs: mismatched image rootfs and manifest layers'],
  ])('by %s where the registry or the node says: %s', (reason, answer) => {
    const waiting = { reason: 'ErrImagePull', message: `failed to pull and unpack image "${IMAGE}": ${answer}` };
    expect(explainContainer({ state: { waiting } })).toEqual({
      reason,
      message: `org1-peer1: image ${IMAGE} cannot be pulled: ${answer}`,
      retryable: true,
    });
  });

  test('by a program for machines of another kind, which was pulled all the same', () => {
    const terminated = { exitCode: 1, reason: 'StartError', message: 'exec /peer: exec format error' };
    expect(explainContainer({ restartCount: 1, lastState: { terminated } })?.reason).toBe('ImagePlatformMissing');
  });

  test('by the eviction of its pod, as long as nothing is known of the one that takes its place', () => {
    const evicted = newPod({
      ...{ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage. ' },
      containerStatuses: [newContainer({ state: { terminated: { exitCode: 137, reason: 'Error' } } })],
    });
    const told = {
      reason: 'Evicted',
      message: 'org1-peer1: its pod was evicted from its node: The node was low on resource: ephemeral-storage.',
      retryable: true,
    };
    const creating = newContainer({ state: { waiting: { reason: 'ContainerCreating' } } });
    expect(explain({ pods: [evicted, newPod({ containerStatuses: [creating] })] })).toEqual(told);
    const pulling = newContainer({ state: { waiting: { reason: 'ErrImagePull', message: 'not found' } } });
    const replaced = explain({ pods: [evicted, newPod({ containerStatuses: [pulling] })] });
    expect(replaced?.reason).toBe('ImagePullBackOff');
  });

  test('by its claim whose provisioner has not made a volume', () => {
    const waits = `Waiting for a volume to be created either by the external provisioner 'nobody.example.com' or manually`;
    const events = [newEvent('claim-uid', 'ExternalProvisioning', waits)];
    expect(explain({ pods: [newPod({})], claims: [newClaim('Pending')], events })).toEqual({
      reason: 'VolumePending',
      message: `org1-peer1: volume claim org1-peer1 has no volume: ${waits}`,
      retryable: true,
    });
  });

  test('by its image with the answer of the registry from the events when the state has none', () => {
    const state = { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${IMAGE}"` } };
    const events = [
      newEvent('pod-uid', 'Failed', 'Error: ErrImagePull'),
      newEvent(
        'pod-uid',
        'Failed',
        `Failed to pull image "${IMAGE}": failed to pull and unpack image "${IMAGE}": ${IMAGE}: not found`,
      ),
    ];

    expect(explainContainer({ state }, events)?.message).toBe(`org1-peer1: image ${IMAGE} cannot be pulled: not found`);
  });

  test('by the name of its image when that is none, which cannot heal', () => {
    const state = { waiting: { reason: 'InvalidImageName', message: 'Failed to apply default image tag' } };

    expect(explainContainer({ image: 'UPPER:case', state })).toEqual({
      reason: 'InvalidImageName',
      message: 'org1-peer1: UPPER:case is not a valid image name.',
      retryable: false,
    });
  });

  test('by what its container lacks', () => {
    const state = {
      waiting: { reason: 'CreateContainerConfigError', message: 'configmap "org1-peer1-config" not found' },
    };

    expect(explainContainer({ state })).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'org1-peer1: container peer cannot be created: configmap "org1-peer1-config" not found',
      retryable: true,
    });
  });

  test.each([
    {
      when: 'it ended for the first time',
      container: { state: { terminated: { exitCode: 1, reason: 'Error' } } },
      expected: {
        reason: 'CrashLoopBackOff',
        message: 'org1-peer1: container peer ended with exit code 1.',
        retryable: true,
      },
      previous: false,
    },
    {
      when: 'it waits for its next start',
      container: {
        restartCount: 2,
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 20s' } },
        lastState: { terminated: { exitCode: 2, reason: 'Error' } },
      },
      expected: {
        reason: 'CrashLoopBackOff',
        message: 'org1-peer1: container peer ended with exit code 2 and was restarted twice.',
        retryable: true,
      },
      previous: true,
    },
    {
      when: 'it has failed too often for hope',
      container: {
        restartCount: 3,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, reason: 'Error' } },
      },
      expected: {
        reason: 'CrashLoopBackOff',
        message: 'org1-peer1: container peer ended with exit code 1 and was restarted 3 times.',
        retryable: false,
      },
      previous: true,
    },
    {
      when: 'it runs again but is not ready yet',
      container: {
        restartCount: 1,
        state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
        lastState: { terminated: { exitCode: 0, reason: 'Completed' } },
      },
      expected: {
        reason: 'CrashLoopBackOff',
        message: 'org1-peer1: container peer ended with exit code 0 (Completed) and was restarted once.',
        retryable: true,
      },
      previous: true,
    },
    {
      when: 'it used too much memory',
      container: { restartCount: 1, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
      expected: {
        reason: 'OOMKilled',
        message:
          'org1-peer1: container peer was killed because it used more memory than its limit (OOMKilled, exit code 137) and was restarted once.',
        retryable: true,
      },
      previous: true,
    },
    {
      when: 'its command does not exist',
      container: {
        restartCount: 3,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: {
          terminated: {
            exitCode: 128,
            reason: 'StartError',
            message:
              'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "pear": executable file not found in $PATH: unknown',
          },
        },
      },
      expected: {
        reason: 'CrashLoopBackOff',
        message:
          'org1-peer1: container peer cannot be started (exec: "pear": executable file not found in $PATH) and was restarted 3 times.',
        retryable: false,
      },
      previous: true,
    },
  ])('by its crash when $when', ({ container, expected, previous }) => {
    expect(explainContainer(container)).toEqual({
      ...expected,
      crash: { namespace: 'test', pod: 'org1-peer1-abc', container: 'peer', previous },
    });
  });

  test('not by an earlier crash once it is ready', () => {
    expect(
      explainContainer({
        ready: true,
        restartCount: 5,
        state: { running: {} },
        lastState: { terminated: { exitCode: 1 } },
      }),
    ).toBeUndefined();
  });

  test('not by an init container that has done its work', () => {
    const done = newContainer({ name: 'init', state: { terminated: { exitCode: 0, reason: 'Completed' } } });

    expect(explain({ pods: [newPod({ initContainerStatuses: [done] })] })).toBeUndefined();
  });

  test('by what cannot be mounted', () => {
    const message = 'MountVolume.SetUp failed for volume "msp" : secret "org1-peer1-msp" not found';

    expect(
      explainContainer({ state: { waiting: { reason: 'ContainerCreating' } } }, [
        newEvent('pod-uid', 'FailedMount', message),
      ]),
    ).toEqual({ reason: 'FailedMount', message: `org1-peer1: its pod cannot start: ${message}`, retryable: true });
  });

  test('not by a mount that failed before it ran', () => {
    const state = { running: { startedAt: '2026-01-01T00:00:20Z' } };

    expect(explainContainer({ state }, [newEvent('pod-uid', 'FailedMount', 'secret not found')])).toBeUndefined();
  });

  test('by its probe when it runs but does not answer', () => {
    const state = { running: { startedAt: '2026-01-01T00:00:05Z' } };
    const event = newEvent('pod-uid', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503');

    expect(explainContainer({ state }, [event])).toEqual({
      reason: 'Unready',
      message: 'org1-peer1: runs but is not ready: Readiness probe failed: HTTP probe failed with statuscode: 503',
      retryable: true,
    });
  });

  test('not by a probe of the container before', () => {
    const state = { running: { startedAt: '2026-01-01T00:00:20Z' } };
    const event = newEvent('pod-uid', 'Unhealthy', 'Readiness probe failed', '2026-01-01T00:00:10Z');

    expect(explainContainer({ state }, [event])).toBeUndefined();
  });

  test('not by the events of another pod', () => {
    const state = { waiting: { reason: 'ContainerCreating' } };

    expect(explainContainer({ state }, [newEvent('another-uid', 'FailedMount', 'secret not found')])).toBeUndefined();
  });
});

describe('only pods of the present template count', () => {
  const old = newPod({}, { name: 'old', ownerReferences: [{ kind: 'ReplicaSet', name: 'old', uid: 'old-uid' }] });
  const present = newPod({});
  const leaving = newPod({}, { name: 'leaving', deletionTimestamp: '2026-01-01T00:00:00Z' });
  const sets = [newReplicaSet('old', '1'), newReplicaSet('new', '2')];

  test('not those of an earlier one, nor those that are on their way out', () => {
    expect(currentPods(newDeployment(), sets, [old, present, leaving])).toEqual([present]);
  });

  test('and none before its ReplicaSet is there', () => {
    expect(currentPods(newDeployment(), [newReplicaSet('old', '1')], [old])).toEqual([]);
  });

  test('nor those of another Deployment with the same labels', () => {
    const stranger = { ...newReplicaSet('new', '2') };
    const set = { ...stranger, metadata: { ...stranger.metadata, ownerReferences: [] } };

    expect(currentPods(newDeployment(), [set], [present])).toEqual([]);
  });
});

function explain(view: Partial<ObservedRollout>): Diagnosis | undefined {
  return diagnoseRollout({ deployment: newDeployment(), pods: [], claims: [], events: [], ...view });
}

function explainContainer(status: Partial<ContainerStatus>, events: readonly Event[] = []): Diagnosis | undefined {
  return explain({ pods: [newPod({ containerStatuses: [newContainer(status)] })], events });
}
