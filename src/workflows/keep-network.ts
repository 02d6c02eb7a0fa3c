import { uuid4 } from '@temporalio/workflow';

import type { OrganizationReference } from '../activities/inputs.ts';
import type { CertificatesView } from '../activities/status/certificates.ts';
import type { Network, Organization } from '../spec/index.ts';
import { applyNetwork } from './apply-network.ts';
import { checkedOptions, checkedSelector } from './durable/arguments.ts';
import { activitiesAt } from './durable/activities.ts';
import { readNetworkRecord } from './durable/record.ts';
import { clusterOf } from './durable/workflow-id.ts';
import { referenceTo } from './inputs.ts';
import { runAlone, runUnderLock, type ChildRun } from './keep/child-runs.ts';
import { driftIn, mayRestart, type WindowDecision } from './keep/decisions.ts';
import type { KeepOptions, KeepReport, NetworkSelector, RunResult, StepRecord } from './messages.ts';
import { renewNetwork } from './renew-network.ts';
import { lookAtCertificates } from './renew/look.ts';
import { endingWithCa, renewalsOf } from './renew/selection.ts';

/**
 * Keeps a network as its record describes it; a schedule starts it again and again. It looks, renews what is due, and reports what differs,
 * or mends it. What it changes it changes by runs that hold the lock on the network like any other, inside the maintenance window if there
 * is one.
 *
 * @throws ApplicationFailure `InvalidArgument`, `InvalidWorkflowId`, `NetworkUnknown`; else the type of the first step that failed
 */
export async function keepNetwork(given: NetworkSelector, options: KeepOptions = {}): Promise<KeepReport> {
  const selector = checkedSelector(given);
  const { heal } = checkedOptions(options, ['heal']);
  const cluster = clusterOf(selector.network, 'looks', selector.cluster);
  const { begun: network } = await readNetworkRecord(selector, cluster);
  const postponed: string[] = [];
  const views = await lookAt(network, cluster);
  const kept: Kept = { network, cluster, postponed, window: mayRestart(network, views, Date.now()) };
  const { restarting, serials } = renewalsOf(views, undefined, Date.now());
  const renewal =
    restarting.size + serials.size === 0
      ? undefined
      : await change(kept, 'renew', { workflow: renewNetwork, args: [{ ...selector, cluster }, {}] });

  const waiting = renewal === undefined ? restarting : new Set<string>();
  const drift = driftIn(await plan(network, cluster), waiting);
  const healing =
    heal && drift.length > 0
      ? await change(kept, 'up', { workflow: applyNetwork, args: [network, { cluster }] })
      : undefined;

  return {
    network: network.name,
    renewed: changesIn(renewal),
    drift: healing === undefined ? drift : [],
    healed: changesIn(healing),
    endingWithCa: endingWithCa(views),
    ...(postponed.length === 0 ? {} : { postponed: [...new Set(postponed)].join('; ') }),
  };
}

/** A network that is looked at. */
interface Kept {
  readonly network: Network;
  readonly cluster: string;
  readonly window: WindowDecision;
  /** What is left for the next time, in words; added to. */
  readonly postponed: string[];
}

/** Changes the network now, or leaves it for the next time. @returns undefined if it was left */
async function change<Subject, Options>(
  { network, cluster, window, postponed }: Kept,
  operation: string,
  child: ChildRun<Subject, Options>,
): Promise<RunResult | undefined> {
  if (window.isOpen) return runUnderLock({ cluster, network: network.name, postponed }, operation, child);
  postponed.push(window.words);
  return undefined;
}

function lookAt(network: Network, cluster: string): Promise<CertificatesView[]> {
  const reference = (organization: Organization): OrganizationReference => referenceTo(cluster, organization);
  return lookAtCertificates({ network, reference, queries: activitiesAt });
}

/** What an `up` of the record would do. */
async function plan(network: Network, cluster: string): Promise<readonly StepRecord[]> {
  const options = { dryRun: true, approveRemoval: true, removeChannels: true, cluster };
  const workflowId = `plan/${cluster}/${network.name}/${uuid4().slice(0, 8)}`;
  const { steps } = await runAlone(workflowId, { workflow: applyNetwork, args: [network, options] });
  return steps;
}

function changesIn(result: RunResult | undefined): readonly StepRecord[] {
  return result?.steps.filter(({ outcome }) => outcome !== 'unchanged') ?? [];
}
