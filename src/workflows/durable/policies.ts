import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';

import type { Activities } from '../../activities/index.ts';

/*
 * Timeouts and retries of every activity, in one place.
 *
 * Transient trouble is retried without a limit on attempts: the failures that cannot heal by themselves are marked as
 * not retryable where they get their names (src/activities/failures.ts), and a run that waits says for what.
 */

/** Three missed beats of the three seconds in src/activities/activity.ts, and one to spare: then the worker counts as dead. */
const HEARTBEAT_TIMEOUT = '12s';

/** Quick first retries, since most trouble is a Service whose port opens a moment late; ten seconds is what a person will wait for news. */
const RETRY = { initialInterval: '250ms', backoffCoefficient: 2, maximumInterval: '10s' } as const;

/**
 * A run that is cancelled ends when its steps have ended, which learn of it with their next heartbeat: a step that went
 * on unseen could work against the next run. (What the SDK does by itself is not to wait, whatever its documentation says.)
 */
const CANCELLATION = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** A few calls to the API server or a CA: seconds, even on a busy machine. An hour of trouble is somebody's to look at. */
const STEP: ActivityOptions = {
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '1h',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  cancellationType: CANCELLATION,
  retry: RETRY,
};

/**
 * The first look at the cluster. A cluster that does not answer now was probably named wrongly: say so in seconds, not
 * after an hour. Three attempts bridge an API server that restarts.
 */
const FIRST_LOOK: ActivityOptions = {
  startToCloseTimeout: '20s',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  cancellationType: CANCELLATION,
  retry: { ...RETRY, maximumAttempts: 3 },
};

/**
 * Waiting for one node's rollout, a leader, a signature. The wait of a rollout itself ends by the description's own `rolloutTimeoutSeconds`;
 * a day is only the bound that Temporal wants.
 */
const WAIT: ActivityOptions = {
  startToCloseTimeout: '24h',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  cancellationType: CANCELLATION,
  retry: RETRY,
};

/** Work on many objects that ends with a wait until they are gone: as long as that, but it takes its place among those that work. */
const REMOVAL: ActivityOptions = { ...WAIT };

/** Whether an activity mostly waits, by its name: it takes no place from steps that work (src/worker/slots.ts). */
export function isWait(activity: string): boolean {
  return WAITS.has(activity);
}

export const POLICIES: Readonly<Record<keyof Activities, ActivityOptions>> = {
  checkCluster: FIRST_LOOK,
  findUnchangedSteps: STEP,
  findRemovals: FIRST_LOOK,
  findOwned: FIRST_LOOK,
  findChannels: FIRST_LOOK,
  inspectNodes: FIRST_LOOK,
  findRecords: FIRST_LOOK,
  inspectCertificates: FIRST_LOOK,
  readRecord: FIRST_LOOK,
  inspectConsentedChannels: FIRST_LOOK,
  inspectChannel: FIRST_LOOK,
  inspectChaincode: FIRST_LOOK,
  applyNamespace: STEP,
  applyOrganizationConfig: STEP,
  writeNodeOuConfig: STEP,
  claimVolumes: STEP,
  startCertificateAuthority: STEP,
  publishCaCertificates: STEP,
  enrollRegistrar: STEP,
  enrollIdentity: STEP,
  enrollApplication: STEP,
  revokeIdentity: STEP,
  revokeCertificates: STEP,
  readRevocationList: STEP,
  prepareKey: STEP,
  adoptKey: STEP,
  publishTlsRoots: STEP,
  applyDeployment: STEP,
  awaitRollout: WAIT,
  findGenesisBlock: STEP,
  readGenesisBlock: STEP,
  createGenesisBlock: STEP,
  keepGenesisBlock: STEP,
  joinOrderer: STEP,
  awaitLeader: WAIT,
  readConfigBlock: STEP,
  planConfigUpdate: STEP,
  planCertificateExchange: STEP,
  planRevocation: STEP,
  signConfigUpdate: STEP,
  submitConfigUpdate: STEP,
  awaitConfigSequence: WAIT,
  awaitSignatures: WAIT,
  checkSignatures: FIRST_LOOK,
  awaitOrdererActive: WAIT,
  joinPeer: STEP,
  awaitBlocks: WAIT,
  installChaincode: STEP,
  readDefinition: STEP,
  approveChaincode: STEP,
  commitChaincode: STEP,
  startChaincodeServer: STEP,
  queryChaincode: WAIT,
  removeChannel: STEP,
  leaveChannel: REMOVAL,
  unjoinPeer: REMOVAL,
  removeNode: REMOVAL,
  removeNetworkObjects: REMOVAL,
  recordBegun: STEP,
  recordNetwork: STEP,
  verifyRemoved: STEP,
};

const WAITS: ReadonlySet<string> = new Set(
  Object.entries(POLICIES).flatMap(([name, policy]) => (policy === WAIT ? [name] : [])),
);
