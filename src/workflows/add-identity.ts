import { nodeTargetName } from '../spec/index.ts';
import { checkedIdentity, checkedName } from './identities/arguments.ts';
import { beginIdentityRun } from './identities/begin.ts';
import { organizationInput } from './inputs.ts';
import type { NetworkSelector, NewIdentity, RunResult } from './messages.ts';

/**
 * Gives an application an identity of an organization: registered and enrolled at its CA, kept in a Secret beside its nodes.
 *
 * @throws ApplicationFailure `InvalidArgument`, `InvalidWorkflowId`; `NetworkUnknown` if there is no such network; else the type of the first
 *   step that failed
 */
export async function addIdentity(given: NetworkSelector, wanted: NewIdentity): Promise<RunResult> {
  const identity = checkedIdentity(wanted);
  const { organization, network, base, reference, steps } = await beginIdentityRun(given, checkedName(wanted));
  await steps
    .at(reference(organization).cluster)
    .enrollApplication(nodeTargetName(organization, identity), { ...organizationInput(base, organization), identity });
  return { network: network.name, steps: steps.results(), endpoints: [] };
}
