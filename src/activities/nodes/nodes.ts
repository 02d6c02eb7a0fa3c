import { coreYaml, nodeOuConfigYaml, ordererYaml } from '../../fabric/index.ts';
import { awaitRollout, isRolledOut, podLogs, RolloutFailed } from '../../kubernetes/index.ts';
import { identitySecrets, nodeHosts, nodeName } from '../../spec/index.ts';
import { environmentOf } from './environment.ts';
import { failure } from '../failures.ts';
import { evaluateIdentity } from '../identities/certificates.ts';
import { findRoots } from '../identities/credentials.ts';
import { applyManifest, hashOf, type Dependencies } from '../cluster/manifests.ts';
import { asStep, join, UNCHANGED, type Decision, type Outcome, type StepResult } from '../activity.ts';
import type { NodeInput, RolloutInput, VolumesInput } from '../inputs.ts';
import { readSecret } from '../cluster/secrets.ts';
import { claimVolume } from '../cluster/volumes.ts';

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
  claimVolumes: (target: VolumesInput) => Promise<StepResult>;
  applyDeployment: (target: NodeInput) => Promise<DeploymentResult>;
  awaitRollout: (target: AwaitRolloutInput) => Promise<RolloutResult>;
}

/** Orderers and peers: their volume, their Deployment with its Service and environment, their rollout. */
export function createNodeActivities(dependencies: Dependencies): NodeActivities {
  return {
    claimVolumes: asStep(async ({ volumes, ...target }, { signal }) =>
      join(
        await Promise.all(volumes.map((volume) => claimVolume(dependencies, target, volume, { ...target, signal }))),
      ),
    ),

    applyDeployment: asStep(async (target, { signal }) => {
      const { network, organization, node, kind } = target;
      const name = nodeName(organization, node);
      const environment = environmentOf(target);
      const certificates = await certificatesOf(dependencies, target, signal);
      const applied = await applyManifest(
        dependencies,
        `${kind}.yaml`,
        {
          NETWORK: network.name,
          NAMESPACE: organization.namespace,
          ORGANIZATION: organization.name,
          NODE: name,
          ENVIRONMENT: environment,
          IMAGE: node.image ?? `${network.fabric.registry}/fabric-${kind}:${network.fabric.version}`,
          RESOURCES: node.resources,
          ROLLOUT_TIMEOUT_SECONDS: network.kubernetes.rolloutTimeoutSeconds,
          CONFIGURATION_HASH: hashOf(
            JSON.stringify(environment),
            kind === 'orderer' ? ordererYaml() : coreYaml(),
            nodeOuConfigYaml(organization.name),
            certificates,
          ),
        },
        { ...target, signal },
      );
      return { ...applied, rolledOut: await wasRolledOut(dependencies, applied, organization.namespace, name, signal) };
    }),

    awaitRollout: asStep(async ({ after, dispensableAfterSeconds, ...target }, { signal, waiting }) => {
      const timeoutSeconds = dispensableAfterSeconds ?? target.timeoutSeconds;
      try {
        const rollout = { ...target, timeoutSeconds };
        const { waited } = await awaitRollout(dependencies.cluster, rollout, { signal, onWaiting: waiting });
        if (!waited) return { ...UNCHANGED, ready: true };
        return { outcome: after, reason: after === 'unchanged' ? 'was not ready, is now' : 'rolled out', ready: true };
      } catch (error) {
        if (!(error instanceof RolloutFailed)) throw error;
        if (dispensableAfterSeconds !== undefined) return { outcome: 'unchanged', reason: error.message, ready: false };
        return withLastLines(dependencies, error, signal);
      }
    }),
  };
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

/** The certificates that a node runs with. They are public, and a pod has to restart when they change. */
async function certificatesOf(
  dependencies: Dependencies,
  { network, organization, node, kind, dryRun }: NodeInput,
  signal: AbortSignal,
): Promise<string> {
  const name = nodeName(organization, node);
  const names = identitySecrets(name);
  const [msp, tls, roots] = await Promise.all([
    readSecret(dependencies, organization.namespace, names.msp, signal),
    readSecret(dependencies, organization.namespace, names.tls, signal),
    dryRun ? findRoots(dependencies, organization, signal) : undefined,
  ]);
  if (dryRun) {
    // The enrollment before this step has issued nothing: it is asked the same question here.
    const identity = { name, type: kind, hosts: nodeHosts(network, organization, node) };
    const isGood = roots !== undefined && evaluateIdentity({ msp, tls }, identity, roots).every(isUnchanged);
    if (!isGood) return 'to be issued';
  }
  return `${msp.data['cert.pem'] ?? ''}${tls.data['cert.pem'] ?? ''}`;
}

function isUnchanged({ decision }: { readonly decision: Decision }): boolean {
  return decision.outcome === 'unchanged';
}

// What a person reads in an error; the reason of a crash stands at the end of a log.
const LAST_LINES = 8;

/** A node that crashes says why in its log. */
async function withLastLines(dependencies: Dependencies, error: RolloutFailed, signal: AbortSignal): Promise<never> {
  if (error.crash === undefined) throw error;
  const { namespace, pod: name, container, previous } = error.crash;
  const log = await podLogs(
    dependencies.cluster,
    { namespace, name },
    { container, previous, tailLines: LAST_LINES, signal },
  ).catch((unreadable: unknown) => `(${unreadable instanceof Error ? unreadable.message : String(unreadable)})`);
  throw failure('CrashLoop', `${error.message} Its last log lines:\n${withoutKeys(log.trimEnd())}`, {
    details: { reason: error.reason },
  });
}

/** Failure messages are kept in the workflow's history, where no key may be, not even one that a node was tricked into printing. */
function withoutKeys(log: string): string {
  return log.replaceAll(
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    '(a private key, left out)',
  );
}
