import { awaitRollout, isRolledOut, RolloutFailed } from '../../kubernetes/index.ts';
import { identitySecrets, nodeHosts, nodeName } from '../../spec/index.ts';
import { applyManifest, type Dependencies } from '../cluster/manifests.ts';
import { readSecret, type StoredSecret } from '../cluster/secrets.ts';
import { claimVolume } from '../cluster/volumes.ts';
import { evaluateIdentity, isDue } from '../identities/certificates.ts';
import { ensureEndpointCa } from '../identities/endpoint-ca.ts';
import { findRoots } from '../identities/roots.ts';
import {
  asStep,
  join,
  UNCHANGED,
  type Decision,
  type Outcome,
  type StepContext,
  type StepResult,
} from '../activity.ts';
import type { NodeInput, RolloutInput, VolumesInput } from '../inputs.ts';
import { builderVariable, ensureBuilderConfiguration } from './builder-configuration.ts';
import { nodeVariables } from './manifest-variables.ts';
import { readSecretVariables } from './secret-variables.ts';

export interface AwaitRolloutInput extends RolloutInput {
  /** What the step before did to the Deployment: a rollout that had to be awaited did the same. */
  readonly after: Outcome;
  /**
   * A node that the network can do without for a while: what it is not ready for within these seconds is told, and not a
   * failure. Absent means that it has to become ready.
   */
  readonly dispensableAfterSeconds?: number;
}

export interface RolloutResult extends StepResult {
  readonly ready: boolean;
}

export interface DeploymentResult extends StepResult {
  /** It was as described, and its pod answers: there is no rollout to await. */
  readonly rolledOut: boolean;
}

export interface NodeActivities {
  claimVolumes: (input: VolumesInput) => Promise<StepResult>;
  applyDeployment: (input: NodeInput) => Promise<DeploymentResult>;
  awaitRollout: (input: AwaitRolloutInput) => Promise<RolloutResult>;
}

/** Orderers and peers: their volume, their Deployment with its Service and environment, their rollout. */
export function createNodeActivities(dependencies: Dependencies): NodeActivities {
  return {
    claimVolumes: asStep((input, context) => claimVolumes(dependencies, input, context)),
    applyDeployment: asStep((input, context) => applyDeployment(dependencies, input, context)),
    awaitRollout: asStep((input, context) => awaitReadyNode(dependencies, input, context)),
  };
}

/** Ensures that the volumes of an organization's nodes are claimed. */
export async function claimVolumes(
  dependencies: Dependencies,
  { volumes, ...input }: VolumesInput,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<Decision> {
  return join(
    await Promise.all(volumes.map((volume) => claimVolume(dependencies, input, volume, { ...input, signal }))),
  );
}

/**
 * Ensures that a node's environment, Service and Deployment exist as described; and the CAs that its closed endpoints trust, and what a peer fills in in the
 * packages of chaincodes.
 */
export async function applyDeployment(
  dependencies: Dependencies,
  input: NodeInput,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<Decision & Pick<DeploymentResult, 'rolledOut'>> {
  const { organization, node, kind } = input;
  const { namespace } = organization;
  const name = nodeName(organization, node);
  const names = identitySecrets(name);
  const [msp, tls] = await Promise.all([
    readSecret(dependencies, namespace, names.msp, signal),
    readSecret(dependencies, namespace, names.tls, signal),
  ]);
  const [certificates, adminCa, operationsCa, builder] = await Promise.all([
    certificatesOf(dependencies, input, { msp, tls }, signal),
    kind === 'orderer' ? ensureEndpointCa(dependencies, 'admin', input, signal) : undefined,
    ensureEndpointCa(dependencies, 'operations', input, signal),
    kind === 'peer' ? ensureBuilderConfiguration(dependencies, input, tls, signal) : undefined,
  ]);
  const secretVariables = await readSecretVariables(
    dependencies,
    { ...(kind === 'peer' && builderVariable(input)), ...node.environmentFrom },
    { namespace, dryRun: input.dryRun, signal },
  );
  const read = {
    ...{ certificates, operationsCa: operationsCa.certificate },
    ...(adminCa && { adminCa: adminCa.certificate }),
  };
  const variables = nodeVariables(input, read, secretVariables);
  const applied = await applyManifest(dependencies, `${kind}.yaml`, variables, { ...input, signal });
  const decision = join([
    ...(adminCa ? [adminCa.decision] : []),
    operationsCa.decision,
    ...(builder ? [builder] : []),
    applied,
  ]);
  return { ...decision, rolledOut: await wasRolledOut(dependencies, decision, namespace, name, signal) };
}

/** Awaits the rollout of a Deployment, and says of a node that crashes what its log says. */
async function awaitReadyNode(
  { cluster }: Dependencies,
  { after, dispensableAfterSeconds, ...input }: AwaitRolloutInput,
  { signal, waiting }: StepContext,
): Promise<Decision & Pick<RolloutResult, 'ready'>> {
  const rollout = { ...input, timeoutSeconds: dispensableAfterSeconds ?? input.timeoutSeconds };
  try {
    const { waited } = await awaitRollout(cluster, rollout, { signal, onWaiting: waiting });
    if (!waited) return { ...UNCHANGED, ready: true };
    return { outcome: after, reason: after === 'unchanged' ? 'was not ready, is now' : 'rolled out', ready: true };
  } catch (error) {
    if (!(error instanceof RolloutFailed)) throw error;
    if (dispensableAfterSeconds === undefined) throw error;
    return { outcome: 'unchanged', reason: error.fact, ready: false };
  }
}

/** Whether a Deployment that was left as it is serves already. */
export async function wasRolledOut(
  { cluster }: Dependencies,
  { outcome }: Decision,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  return outcome === 'unchanged' && (await isRolledOut(cluster, { namespace, name }, { signal }));
}

/** The certificates that a node runs with, PEM; in a dry run those that it would run with, as far as they are known. */
async function certificatesOf(
  dependencies: Dependencies,
  { network, organization, node, kind, dryRun }: NodeInput,
  { msp, tls }: Readonly<Record<'msp' | 'tls', StoredSecret>>,
  signal: AbortSignal,
): Promise<string[]> {
  const name = nodeName(organization, node);
  const stored = [msp, tls].map(({ data }) => data['cert.pem'] ?? '');
  if (!dryRun) return stored;
  const roots = await findRoots(dependencies, organization, signal);
  // The enrollment before this step has issued nothing: what it would issue differs from what is stored.
  if (roots === undefined) return TO_BE_ISSUED;
  const identity = { name, type: kind, hosts: nodeHosts(network, organization, node) };
  const evaluated = evaluateIdentity(
    { msp, tls },
    { identity, roots, now: new Date(), lifetimes: network.certificates },
  );
  return isDue(evaluated.msp) || isDue(evaluated.tls) ? TO_BE_ISSUED : stored;
}

const TO_BE_ISSUED = ['to be issued'];
