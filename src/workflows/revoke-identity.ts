import { nodeTargetName } from '../spec/index.ts';
import { revokeInChannels } from './apply/channels/revocations.ts';
import { checkedName } from './identities/arguments.ts';
import { beginIdentityRun } from './identities/begin.ts';
import { organizationInput } from './inputs.ts';
import type { NamedIdentity, NetworkSelector, RunResult } from './messages.ts';

/**
 * Revokes an application's identity: at its CA, then in every channel that its organization has a part in. At the end the peers that this
 * description has in those channels refuse it.
 *
 * @throws ApplicationFailure `InvalidArgument`, `InvalidWorkflowId`; `NetworkUnknown` if there is no such network; `SignaturesMissing`; else the
 *   type of the first step that failed
 */
export async function revokeIdentity(given: NetworkSelector, wanted: NamedIdentity): Promise<RunResult> {
  const named = checkedName(wanted);
  const { organization, ...run } = await beginIdentityRun(given, named);
  const { network, base, reference, steps } = run;
  const { revocationList } = await steps
    .at(reference(organization).cluster)
    .revokeIdentity(nodeTargetName(organization, named), {
      ...organizationInput(base, organization),
      identity: named.name,
    });
  await revokeInChannels(run, [{ organization, revocationList }]);
  return { network: network.name, steps: steps.results(), endpoints: [] };
}
