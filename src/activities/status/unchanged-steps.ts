import { ownedBy, snapshotOf } from '../../kubernetes/index.ts';
import { identitySecrets } from '../../spec/index.ts';
import { asActivity, type Decision, type StepContext, type StepResult } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { readSecret } from '../cluster/secrets.ts';
import type { CertificateAuthorities } from '../identities/ca-connections.ts';
import { publishCaCertificates, startCertificateAuthority } from '../identities/certificate-authority.ts';
import { enrollIdentity } from '../identities/enroll.ts';
import { enrollRegistrar } from '../identities/registrar.ts';
import type { Identity, IdentityInput, NodeInput, OrganizationInput, Volume } from '../inputs.ts';
import type { NetworkPoliciesInput } from '../nodes/network-policies.ts';
import { applyDeployment, claimVolumes } from '../nodes/nodes.ts';
import { applyOrganizationConfig, writeNodeOuConfig, type NodeCounts } from '../nodes/organization.ts';
import { DESCRIBED_KINDS } from '../prune/owned-groups.ts';

/** What an organization consists of, each part with the target that people are told. */
export interface OrganizationParts extends NetworkPoliciesInput {
  /** Target of the steps on its certificate authority, e.g. `org1/ca`. */
  readonly certificateAuthority: string;
  readonly volumes: readonly Volume[];
  readonly identities: readonly { readonly target: string; readonly identity: Identity }[];
  readonly nodes: readonly ({ readonly target: string } & Omit<NodeInput, keyof OrganizationInput>)[];
}

/** A step that has nothing to do. */
export interface UnchangedStep {
  /** The activity's name, e.g. `enrollIdentity`. */
  readonly step: string;
  /** e.g. `org1/peer1` */
  readonly target: string;
  /** What the step would return. */
  readonly result: StepResult;
}

export interface UnchangedSteps {
  readonly steps: readonly UnchangedStep[];
  /** The organization's orderers that have no keys, or not all of them; absent where there are none. */
  readonly withoutKeys?: readonly OrdererWithoutKeys[];
  /** Every step that brings the organization's CAs, identities and nodes up is among them. */
  readonly isComplete: boolean;
}

/** An orderer of which a Secret holds no key. */
export interface OrdererWithoutKeys {
  /** Kubernetes name. */
  readonly name: string;
  /** Names of those Secrets. */
  readonly secrets: readonly string[];
}

export interface UnchangedStepsActivities {
  findUnchangedSteps: (input: OrganizationParts) => Promise<UnchangedSteps>;
}

/** An organization that stands as described is found to be so by one look, instead of by all of its steps. */
export function createUnchangedStepsActivities(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
): UnchangedStepsActivities {
  return {
    findUnchangedSteps: asActivity((input, context) => findUnchangedSteps(dependencies, authorities, input, context)),
  };
}

/** The steps of an organization that have nothing to do: a dry run of each, over what its cluster holds. */
async function findUnchangedSteps(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
  { certificateAuthority: ca, volumes, identities, nodes, outgoingPorts, ...input }: OrganizationParts,
  { signal }: StepContext,
): Promise<UnchangedSteps> {
  const { network, organization } = input;
  const cluster = await snapshotOf(dependencies.cluster, DESCRIBED_KINDS, {
    namespace: organization.namespace,
    labelSelector: `${ownedBy(network.name)},weft.dev/organization=${organization.name}`,
    signal,
  });
  const snapshot = { ...dependencies, cluster };
  const dry = { ...input, dryRun: true, isInUse: false };
  const missing = await Promise.all(
    identities.map(({ identity }) => missingKeys(snapshot, { ...input, identity }, signal)),
  );
  const withoutKeys = missing.flat();
  const look = lookWith(signal);
  const started = await look('startCertificateAuthority', ca, (context) =>
    startCertificateAuthority(snapshot, dry, context),
  );
  // Without its CAs nothing else of an organization is as described, or can be asked.
  const keys = withoutKeys.length === 0 ? {} : { withoutKeys };
  if (started?.result.rolledOut !== true) return { steps: [], isComplete: false, ...keys };
  const others = await Promise.all([
    look('publishCaCertificates', ca, (context) => publishCaCertificates(snapshot, authorities, dry, context)),
    look('enrollRegistrar', ca, (context) => enrollRegistrar(snapshot, authorities, dry, context)),
    look('claimVolumes', organization.name, (context) => claimVolumes(snapshot, { ...dry, volumes }, context)),
    look('applyOrganizationConfig', organization.name, (context) =>
      applyOrganizationConfig(snapshot, { ...dry, outgoingPorts, nodes: countsOf(nodes) }, context),
    ),
    look('writeNodeOuConfig', organization.name, (context) => writeNodeOuConfig(snapshot, dry, context)),
    ...identities.map(({ target, identity }) =>
      look('enrollIdentity', target, (context) => enrollIdentity(snapshot, authorities, { ...dry, identity }, context)),
    ),
    ...nodes.map(({ target, ...node }) =>
      look('applyDeployment', target, (context) => applyDeployment(snapshot, { ...dry, ...node }, context)),
    ),
  ]);
  const unchanged = others.filter((step) => step !== undefined);
  return { steps: [started, ...unchanged], isComplete: unchanged.length === others.length, ...keys };
}

/** Which of an orderer's Secrets hold no key. */
async function missingKeys(
  snapshot: Dependencies,
  { organization, identity }: IdentityInput,
  signal: AbortSignal,
): Promise<OrdererWithoutKeys[]> {
  if (identity.type !== 'orderer') return [];
  const { msp, tls } = identitySecrets(identity.name);
  const secrets = await Promise.all(
    [msp, tls].map(async (name) => {
      const { data } = await readSecret(snapshot, organization.namespace, name, signal);
      return data['key.pem'] === undefined ? [name] : [];
    }),
  );
  const without = secrets.flat();
  return without.length === 0 ? [] : [{ name: identity.name, secrets: without }];
}

function countsOf(nodes: readonly Pick<NodeInput, 'kind'>[]): NodeCounts {
  const orderers = nodes.filter(({ kind }) => kind === 'orderer').length;
  return { orderers, peers: nodes.length - orderers };
}

type Look = <Made extends Decision>(
  step: string,
  target: string,
  dryRun: (context: Pick<StepContext, 'signal'>) => Promise<Made>,
) => Promise<(UnchangedStep & { readonly result: Made }) | undefined>;

function lookWith(signal: AbortSignal): Look {
  return async (step, target, dryRun) => {
    try {
      const result = await dryRun({ signal });
      return result.outcome === 'unchanged' ? { step, target, result: { ...result, attempts: 1 } } : undefined;
    } catch {
      // Whatever is wrong, the step itself will meet it, name it and try again.
      signal.throwIfAborted();
      return undefined;
    }
  };
}
