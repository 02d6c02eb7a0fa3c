import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

import {
  CertificateAuthorityError,
  FabricError,
  type CertificateAuthorityErrorKind,
  type FabricErrorKind,
} from '../fabric/index.ts';
import { admissionRefusal, KubernetesError, RolloutFailed, type KubernetesErrorKind } from '../kubernetes/index.ts';
import { z } from 'zod';

import { remedyOfReason, type Remedy } from '../spec/index.ts';
import { TemplateError } from '../templates/index.ts';

/**
 * Every way in which a step can fail. The names are an interface: people, scripts and retry policies key on them, and
 * docs/failures.md explains each.
 */
export const FAILURES = {
  // The cluster
  ClusterUnreachable: 'retryable',
  ClusterUnavailable: 'retryable',
  ClusterMisconfigured: 'permanent',
  ClockDiffers: 'retryable',
  ClusterForbidden: 'permanent',
  ClusterRejected: 'permanent',
  AdmissionDenied: 'permanent',
  ObjectConflict: 'retryable',
  ObjectMissing: 'retryable',
  ObjectNotOwned: 'permanent',
  ObjectTerminating: 'retryable',
  ImmutableField: 'permanent',
  QuotaExceeded: 'retryable',
  StorageClassMissing: 'permanent',
  NetworkUnknown: 'permanent',
  RecordUnreadable: 'permanent',
  OtherNetwork: 'permanent',
  OtherCluster: 'permanent',
  ForeignRecord: 'permanent',
  ChangeRefused: 'permanent',
  StateLost: 'permanent',
  // Nodes
  ImagePullFailed: 'permanent',
  CrashLoop: 'permanent',
  RolloutFailed: 'permanent',
  NotRemoved: 'permanent',
  VolumeJobFailed: 'permanent',
  // Certificate authorities and identities
  CertificateAuthorityUnreachable: 'retryable',
  CertificateAuthorityRejected: 'permanent',
  CertificateAuthorityReplaced: 'permanent',
  IdentityConflict: 'permanent',
  IdentityRevoked: 'permanent',
  IdentityUnknown: 'permanent',
  MaterialMissing: 'permanent',
  // Channels and chaincodes
  FabricProgramMissing: 'permanent',
  NodeUnreachable: 'retryable',
  NodeUntrusted: 'retryable',
  NoRaftLeader: 'retryable',
  QuorumAtRisk: 'permanent',
  FabricNotFound: 'retryable',
  FabricRefused: 'permanent',
  ChannelConflict: 'permanent',
  SignaturesMissing: 'permanent',
  AnchorPeersMissing: 'permanent',
  NotApproved: 'retryable',
  AnswerLost: 'permanent',
  ChaincodeUnreachable: 'retryable',
  // The worker itself
  WorkerStoodStill: 'retryable',
  // What the worker was given (src/codec)
  PayloadKeyMissing: 'retryable',
  PayloadDamaged: 'retryable',
  // An answer that Weft does not know yet; it may be another one next time
  Unexpected: 'retryable',
  // A mistake in Weft's own code, which does the same at every attempt
  Defect: 'permanent',
} as const satisfies Record<string, 'retryable' | 'permanent'>;

export type FailureType = keyof typeof FAILURES;

/** Whether a node that was asked has not answered, whatever stands in the way. */
export function isUnanswered(type: string | null | undefined): boolean {
  return type === 'NodeUnreachable' || type === 'NodeUntrusted';
}

/** Small facts for programs; never bodies, keys or secrets, since they are kept in the workflow's history. */
export type FailureDetails = Readonly<Record<string, string | number | readonly string[]>>;

/**
 * A failure with a name.
 *
 * @param message names the object and the fact; whoever sees nothing else, as in Temporal's own UI, understands it
 * @param options.remedy what helps, which whoever shows the failure puts into words of their own
 */
export function failure(
  type: FailureType,
  message: string,
  options: { details?: FailureDetails; remedy?: Remedy; retryAfterMs?: number } = {},
): ApplicationFailure {
  const isRetryable = FAILURES[type] === 'retryable';
  const { details, remedy } = options;
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: !isRetryable,
    // Trouble that passes is awaited: it is no error to log or to count.
    ...(isRetryable && type !== 'Unexpected' ? { category: ApplicationFailureCategory.BENIGN } : {}),
    ...(details === undefined && remedy === undefined ? {} : { details: [{ ...details, ...(remedy && { remedy }) }] }),
    ...(options.retryAfterMs === undefined ? {} : { nextRetryDelay: options.retryAfterMs }),
  });
}

/**
 * The failure of a step that finds state gone which the network that stands depends on.
 *
 * @param what is gone, e.g. `Secret org0-orderer1-tls in namespace net`
 * @param node Kubernetes name of the node whose state it is
 * @param fact a sentence that says why it cannot be made anew
 */
export function stateLost(what: string, node: string, fact: string): ApplicationFailure {
  return failure(
    'StateLost',
    `${what} is gone, although ${node} has run with it. ${fact} Nothing is made in its place.`,
    { remedy: { kind: 'restoreState', object: what, node } },
  );
}

/**
 * Gives an error of the cluster, of Fabric CA or of a tool its name.
 *
 * Only the message is taken over: causes and stacks of libraries can hold requests and answers, and what is thrown
 * here is kept in the workflow's history.
 */
export function asFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof KubernetesError) {
    return failure(KUBERNETES[error.kind], error.message, {
      details: { kind: error.kind, fields: error.fields },
      ...remedyFor(error.kind === 'denied' ? (admissionRefusal(error.message) ?? '') : ''),
      ...waitAskedFor(error),
    });
  }
  if (error instanceof CertificateAuthorityError) {
    return failure(CERTIFICATE_AUTHORITY[error.kind], error.message, {
      details: { kind: error.kind },
      ...waitAskedFor(error),
    });
  }
  if (error instanceof FabricError) {
    return failure(FABRIC[error.kind], error.message, {
      details: { kind: error.kind },
      ...waitAskedFor(error),
      ...remedyFor(FABRIC[error.kind]),
    });
  }
  if (error instanceof RolloutFailed) {
    return failure(rolloutFailure(error.reason), error.message, {
      details: { reason: error.reason },
      ...remedyFor(error.reason),
    });
  }
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return isDefect(error)
    ? failure('Defect', words, { remedy: { kind: 'reportDefect' } })
    : failure('Unexpected', words);
}

function remedyFor(reason: string): { readonly remedy?: Remedy } {
  const remedy = remedyOfReason(reason);
  return remedy === undefined ? {} : { remedy };
}

/** How long whoever answered asks to wait before the next attempt. */
function waitAskedFor({ retryAfterMs }: { readonly retryAfterMs: number | undefined }): {
  readonly retryAfterMs?: number;
} {
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

/**
 * What JavaScript throws where code is wrong, and what templates and schemas throw for what Weft itself wrote. fetch throws
 * a TypeError, too, with the network's own error as its cause.
 */
function isDefect(error: unknown): boolean {
  if (error instanceof TemplateError || error instanceof z.ZodError) return true;
  const isProgrammingError =
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return isProgrammingError && error.cause === undefined;
}

const KUBERNETES: Readonly<Record<KubernetesErrorKind, FailureType>> = {
  // A namespace that is being made, or an object that somebody removed and another step makes again.
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

const CERTIFICATE_AUTHORITY: Readonly<Record<CertificateAuthorityErrorKind, FailureType>> = {
  // Somebody registered it between the look and the call; the next look finds it.
  alreadyRegistered: 'ObjectConflict',
  authenticationFailed: 'CertificateAuthorityRejected',
  notAuthorized: 'CertificateAuthorityRejected',
  notFound: 'CertificateAuthorityRejected',
  unreachable: 'CertificateAuthorityUnreachable',
  unavailable: 'CertificateAuthorityUnreachable',
  rejected: 'CertificateAuthorityRejected',
};

const FABRIC: Readonly<Record<FabricErrorKind, FailureType>> = {
  programMissing: 'FabricProgramMissing',
  unreachable: 'NodeUnreachable',
  untrusted: 'NodeUntrusted',
  timeout: 'NodeUnreachable',
  unavailable: 'NodeUnreachable',
  noLeader: 'NoRaftLeader',
  notAuthorized: 'FabricRefused',
  alreadyExists: 'ObjectConflict',
  // A channel, a block or a definition that another step or another node is about to bring.
  notFound: 'FabricNotFound',
  conflict: 'ObjectConflict',
  refused: 'FabricRefused',
  chaincodeUnreachable: 'ChaincodeUnreachable',
  chaincodeAnswered: 'FabricRefused',
  notInitialized: 'FabricRefused',
  unexpected: 'Unexpected',
};

/** Reasons as Kubernetes gives them for a container that cannot start. */
function rolloutFailure(reason: string): FailureType {
  return ROLLOUT.find(([, reasons]) => reasons.includes(reason))?.[0] ?? 'RolloutFailed';
}

const ROLLOUT: readonly (readonly [type: FailureType, reasons: readonly string[]])[] = [
  [
    'ImagePullFailed',
    [
      ...['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'],
      ...['ImagePullUnauthorized', 'ImagePlatformMissing', 'NotAnImage'],
    ],
  ],
  ['CrashLoop', ['CrashLoopBackOff', 'OOMKilled', 'VolumeFull', 'Error', 'ContainerExited']],
  ['AdmissionDenied', ['AdmissionDenied', 'LimitsRequired', 'LimitRangeViolation', 'PodSecurityViolation']],
];
