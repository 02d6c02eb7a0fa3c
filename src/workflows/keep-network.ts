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
import { runAlone, runUnderLock } from './keep/child-runs.ts';
import { driftIn, mayRestart } from './keep/decisions.ts';
import type { KeepOptions, KeepReport, NetworkSelector, RunResult, StepRecord } from './messages.ts';
import { renewNetwork } from './renew-network.ts';
import { lookAtCertificates } from './renew/look.ts';
import { renewalsOf } from './renew/selection.ts';

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
  const changing = { cluster, network: network.name, postponed };

  const views = await lookAt(network, cluster);
  const { restarting } = renewalsOf(views, undefined, Date.now());
  const window = mayRestart(network, views, Date.now());
  if (!window.isOpen && restarting.size > 0) postponed.push(window.words);
  const renews = window.isOpen && restarting.size > 0;
  const renewal = renews
    ? await runUnderLock(changing, 'renew', { workflow: renewNetwork, args: [{ ...selector, cluster }, {}] })
    : undefined;

  const left = window.isOpen ? new Set<string>() : restarting;
  const drift = driftIn(await plan(network, cluster), left);
  const heals = heal && drift.length > 0;
  if (heals && !window.isOpen) postponed.push(window.words);
  const healing =
    heals && window.isOpen
      ? await runUnderLock(changing, 'up', { workflow: applyNetwork, args: [network, { cluster }] })
      : undefined;

  return {
    network: network.name,
    renewed: changesIn(renewal),
    drift: healing === undefined ? drift : [],
    healed: changesIn(healing),
    endingWithCa: views.flatMap((view) => view.certificates).filter(({ endsWithCa }) => endsWithCa === true),
    ...(postponed.length === 0 ? {} : { postponed: [...new Set(postponed)].join('; ') }),
  };
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
