import type { CertificatesView } from '../activities/status/certificates.ts';
import { CA_NODE, caName, METRICS_CLIENT, nodeTargetName, type Organization } from '../spec/index.ts';
import { inUseBy, type InUse } from './apply/before/in-use.ts';
import { checkClusters } from './apply/before/preflight.ts';
import { enrolledServers } from './apply/before/unchanged-steps.ts';
import { chaincodeMembers, chaincodeServers } from './apply/chaincodes/chaincode-servers.ts';
import { startServer } from './apply/chaincodes/deploy-chaincode.ts';
import { launchNode } from './apply/nodes/launch-node.ts';
import { rollOrderers, rollPeers } from './apply/nodes/roll-nodes.ts';
import { checkedOptions, checkedSelector, checkedTargets, invalidArgument } from './durable/arguments.ts';
import { readNetworkRecord } from './durable/record.ts';
import { beginRun, type ApplyRun } from './durable/run.ts';
import { allDone } from './durable/steps.ts';
import { clusterOf } from './durable/workflow-id.ts';
import { chaincodeLabel, identitiesOf, nodesOf, organizationInput, targetOf, type OrganizationNode } from './inputs.ts';
import type { NetworkSelector, RenewOptions, RunResult } from './messages.ts';
import { refreshConsenters } from './renew/consenters.ts';
import { lookAtCertificates } from './renew/look.ts';
import { replaceKeys } from './renew/replace-keys.ts';
import { endingWithCa, ownersOf, renewalsOf, unknownTargets, type Renewals } from './renew/selection.ts';

/**
 * Renews certificates of a network as its record describes it: those that are due, or those that are named. Keys stay the same unless new ones
 * are wanted, nodes restart one at a time, and what the certificates do not need stays as it is.
 *
 * @throws ApplicationFailure `InvalidArgument`, `InvalidWorkflowId`; `NetworkUnknown` if there is no such network; else the type of the first
 *   step that failed
 */
export async function renewNetwork(given: NetworkSelector, options: RenewOptions = {}): Promise<RunResult> {
  const selector = checkedSelector(given);
  const { dryRun, newKey } = checkedOptions(options, ['dryRun', 'newKey'], ['targets']);
  const targets = options.targets === 'all' ? 'all' : checkedTargets(options);
  const cluster = clusterOf(selector.network, dryRun ? 'looks' : 'changes', selector.cluster);
  const record = await readNetworkRecord(selector, cluster);
  const run = beginRun(record.begun, cluster, dryRun);
  await checkClusters(run);
  const { queriesAt: queries } = run.steps;
  const certificates = await lookAtCertificates({ ...run, queries });
  requireKnown(certificates, targets, selector.network);
  const renewals = renewalsOf(certificates, targets, Date.now());
  if (newKey) requireReplaceable(renewals, targets);
  const { begun, applied = begun } = record;
  const inUse = inUseBy(applied);
  const restarting = newKey
    ? await replaceKeys(run, new Set(renewals.serials.keys()))
    : await renewCertificates(run, renewals, inUse);
  await renewMetricsClients(run, renewals);
  await restartNodes(run, restarting, { inUse, serials: renewals.serials });
  await restartChaincodeServers(run, restarting);
  if (renewals.restarting.size > 0) await refreshConsenters(run);
  const ending = endingWithCa(certificates);
  return {
    network: run.network.name,
    steps: run.steps.results(),
    endpoints: [],
    ...(ending.length === 0 ? {} : { endingWithCa: ending }),
  };
}

/** @throws ApplicationFailure `InvalidArgument` if a target has no certificates */
function requireKnown(
  certificates: readonly CertificatesView[],
  targets: RenewOptions['targets'],
  network: string,
): void {
  const unknown = typeof targets === 'object' ? unknownTargets(certificates, targets) : [];
  if (unknown.length === 0) return;
  throw invalidArgument(
    `${unknown.join(', ')} has no certificates in ${network}. There are: ${ownersOf(certificates).join(', ')}.`,
  );
}

/**
 * An application has its key from whoever handed it out: a new one would not come to it.
 *
 * @throws ApplicationFailure `InvalidArgument`
 */
function requireReplaceable({ applications }: Renewals, targets: RenewOptions['targets']): void {
  if (typeof targets !== 'object') {
    throw invalidArgument('Whose keys are replaced has to be named: {"targets": ["org0/orderer1"], "newKey": true}.');
  }
  const named = applications.filter(({ target }) => targets.includes(target));
  if (named.length === 0) return;
  throw invalidArgument(
    `${named.map(({ target }) => target).join(', ')}: the key of an application is not replaced. Add another identity, and revoke this one.`,
  );
}

/** @returns whose pods start anew after that */
async function renewCertificates(run: ApplyRun, renewals: Renewals, inUse: InUse): Promise<ReadonlySet<string>> {
  await allDone(
    run.network.organizations.map((organization) => renewOrganization(run, organization, { ...renewals, inUse })),
  );
  return renewals.restarting;
}

/** The CAs' endpoint and the registrar first: the others are issued by them. */
async function renewOrganization(
  run: ApplyRun,
  organization: Organization,
  { serials, applications, inUse }: Renewals & { readonly inUse: InUse },
): Promise<void> {
  const { base, steps, reference } = run;
  const step = steps.at(reference(organization).cluster);
  const settings = organizationInput(base, organization);
  const ca = nodeTargetName(organization, { name: CA_NODE });
  const ofAuthority = serials.get(ca);
  if (ofAuthority !== undefined) {
    const input = { ...settings, renew: ofAuthority };
    const deployed = await step.startCertificateAuthority(ca, { ...input, isInUse: true });
    if (!base.dryRun && !deployed.rolledOut) {
      const { rolloutTimeoutSeconds: timeoutSeconds } = base.network.kubernetes;
      const rollout = { namespace: organization.namespace, name: caName(organization), timeoutSeconds };
      await step.awaitRollout(ca, { ...rollout, after: deployed.outcome });
    }
    await step.enrollRegistrar(ca, input);
  }
  const others = { chaincodeServers: enrolledServers(run, organization), consenters: [...inUse.consenters] };
  await allDone([
    ...identitiesOf(base, organization, others).flatMap(({ target, input }) => {
      const renew = serials.get(target);
      if (renew === undefined) return [];
      return [step.enrollIdentity(target, { ...input, identity: { ...input.identity, renew } })];
    }),
    ...applications
      .filter(({ target, identity }) => target === nodeTargetName(organization, identity))
      .map(({ target, identity }) =>
        step.enrollApplication(target, { ...settings, identity, renew: serials.get(target) ?? [] }),
      ),
  ]);
}

/** Who collects metrics gets another certificate, with a new key: it comes to them by the same Secret. */
async function renewMetricsClients(
  { network, base, steps, reference }: ApplyRun,
  { serials }: Renewals,
): Promise<void> {
  await allDone(
    network.organizations.flatMap((organization) => {
      const renew = serials.get(nodeTargetName(organization, { name: METRICS_CLIENT }));
      if (renew === undefined) return [];
      const input = { ...organizationInput(base, organization), renew };
      const ca = nodeTargetName(organization, { name: CA_NODE });
      return [steps.at(reference(organization).cluster).publishCaCertificates(ca, input)];
    }),
  );
}

/**
 * Orderers before peers, as in a bring-up. A plan says what is renewed; that it restarts goes without saying. What restarts although nothing
 * of its own is renewed, but the CA that an endpoint of it trusts, or something by an earlier run, says so.
 */
async function restartNodes(
  run: ApplyRun,
  restarting: ReadonlySet<string>,
  { inUse, serials }: Pick<Renewals, 'serials'> & { readonly inUse: InUse },
): Promise<void> {
  const nodes = run.network.organizations.flatMap(nodesOf).filter((node) => restarting.has(targetOf(node)));
  if (run.base.dryRun) {
    const unsaid = nodes.filter((node) => !serials.has(targetOf(node)));
    await allDone(unsaid.map((node) => launchNode(run, node)));
    return;
  }
  const ofKind = (kind: OrganizationNode['kind']): OrganizationNode[] => nodes.filter((node) => node.kind === kind);
  await rollOrderers(run, ofKind('orderer'), inUse);
  await allDone([
    ...rollPeers(run, ofKind('peer'), { inUse, begun: () => Promise.resolve(), orderers: Promise.resolve() }).values(),
  ]);
}

async function restartChaincodeServers(run: ApplyRun, restarting: ReadonlySet<string>): Promise<void> {
  const { network, base, steps } = run;
  if (base.dryRun) return;
  await allDone(
    network.chaincodes.flatMap((chaincode) =>
      chaincodeMembers(run, chaincode).flatMap((member) => {
        const { organization } = member;
        const suffix = `${organization.name}-`.length;
        return chaincodeServers(chaincode, member)
          .filter(({ name }) => restarting.has(nodeTargetName(organization, { name: name.slice(suffix) })))
          .map((server) =>
            startServer(steps, { base, chaincode, label: chaincodeLabel(network, chaincode) }, organization, server),
          );
      }),
    ),
  );
}
