import { setTimeout as sleep } from 'node:timers/promises';

import {
  channelConfig,
  configUpdate,
  configUpdateTransaction,
  editedConfig,
  genesisBlock,
  signConfigUpdate,
  signersNeeded,
  type ChannelConfig,
} from '../../fabric/index.ts';
import { blueprintOf } from './blueprint.ts';
import { failure } from '../failures.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { readAdmin } from '../identities/credentials.ts';
import { withOrderingService } from '../peers/sessions.ts';
import { lookOrExpect } from '../peers/readiness.ts';
import { asStep, type Decision, type StepContext, type StepResult } from '../activity.ts';
import type { OrganizationReference, ChannelInput } from '../inputs.ts';

export interface ChannelConfigActivities {
  updateChannelConfig: (target: ChannelInput) => Promise<StepResult>;
}

/** Later changes of a channel: anchor peers, batches, policies, one more member, consenters that come and go. */
export function createChannelConfigActivities(dependencies: Dependencies): ChannelConfigActivities {
  return {
    updateChannelConfig: asStep((target, context) => {
      // Without the certificates of a new member it is only certain that there is something to change.
      const expected: Decision = { outcome: 'updated', reason: 'an organization of it is not enrolled yet' };
      return lookOrExpect(target, expected, () => followDescription(dependencies, target, context));
    }),
  };
}

async function followDescription(
  dependencies: Dependencies,
  target: ChannelInput,
  context: StepContext,
): Promise<Decision> {
  const described = await describedConfig(dependencies, target, context);
  const done: string[] = [];
  for (;;) {
    const current = await newestConfig(dependencies, target, context);
    const edit = editedConfig(current, described, isOrdererOf(target.ordering));
    if (edit.changes.length === 0) return decisionOf(done, edit.undescribed);
    done.push(...edit.changes);
    if (target.dryRun) return decisionOf([...done, ...edit.postponed], edit.undescribed);
    await submitUpdate(dependencies, target, { current, wanted: edit.config }, context);
    // What Fabric lets change one at a time comes with the next round.
    await untilOrdered(dependencies, target, current, context);
  }
}

/**
 * Whether an address is that of an orderer which this network has or had. Such a consenter leaves the channel when the
 * description does not name it any more, before its node is removed; somebody else's stays.
 */
function isOrdererOf(
  organizations: readonly OrganizationReference[],
): (consenter: { readonly host: string }) => boolean {
  return ({ host }) =>
    organizations.some(({ name, namespace }) => {
      const [service, place] = host.split('.');
      return place === namespace && service?.startsWith(`${name}-`) === true;
    });
}

function decisionOf(changes: readonly string[], undescribed: readonly string[]): Decision {
  const stays = undescribed.map((what) => `${what} is not described, and stays`);
  const reason = [...changes, ...stays].join('; ');
  return { outcome: changes.length === 0 ? 'unchanged' : 'updated', reason };
}

/** The configuration that a channel of this description would begin with. */
async function describedConfig(
  dependencies: Dependencies,
  target: ChannelInput,
  { signal }: StepContext,
): Promise<ChannelConfig> {
  const blueprint = await blueprintOf(dependencies, target, signal);
  const block = await genesisBlock(dependencies.programs, blueprint, signal);
  return channelConfig(dependencies.programs, block, signal);
}

async function newestConfig(
  dependencies: Dependencies,
  target: ChannelInput,
  { signal }: StepContext,
): Promise<ChannelConfig> {
  const name = target.channel.name;
  const block = await withOrderingService(dependencies, target.orderers, signal, (orderer) =>
    orderer.fetchBlock(name, 'config'),
  );
  if (block !== undefined) return channelConfig(dependencies.programs, block, signal);
  throw failure('NodeUnreachable', `No orderer gave the configuration of ${name}.`);
}

/** Signed by as many organizations as the channel's policies want, and sent by one that orders. */
async function submitUpdate(
  dependencies: Dependencies,
  target: ChannelInput,
  change: { readonly current: ChannelConfig; readonly wanted: ChannelConfig },
  { signal }: StepContext,
): Promise<void> {
  const channel = target.channel.name;
  const update = await configUpdate(dependencies.programs, { channel, ...change }, signal);
  if (update === undefined) return;
  const admins = new Map(
    [...target.ordering, ...target.members].map((organization) => [organization.mspId, organization]),
  );
  const { signers, unmet } = signersNeeded(change.current, change.wanted, [...admins.keys()]);
  if (unmet.length > 0) {
    throw failure(
      'SignaturesMissing',
      `${channel} cannot be changed: ${unmet.join('; ')}, and this description has no Admin of the others. Undo the change, or have it signed by them.`,
    );
  }
  const signing = signers.flatMap((mspId) => admins.get(mspId) ?? []);
  const signatures = await Promise.all(
    signing.map(async (organization) => signConfigUpdate(update, await readAdmin(dependencies, organization, signal))),
  );
  const sender = await readAdmin(dependencies, orderingAdmin(target), signal);
  const transaction = await configUpdateTransaction({ channel, configUpdate: update, signatures, sender });
  await withOrderingService(dependencies, target.orderers, signal, (orderer) => orderer.broadcast(transaction));
}

/** An orderer says that it has accepted an update; the channel has it a moment later. */
async function untilOrdered(
  dependencies: Dependencies,
  target: ChannelInput,
  { sequence }: ChannelConfig,
  context: StepContext,
): Promise<void> {
  for (;;) {
    const newest = await newestConfig(dependencies, target, context);
    if (newest.sequence !== sequence) return;
    context.waiting({ reason: 'Ordering', message: `the update of ${target.channel.name} is being ordered` });
    await sleep(POLL_MS, undefined, { signal: context.signal });
  }
}

// A configuration block is cut at once, so that it takes a consensus round.
const POLL_MS = 250;

/** Writers of a channel are all its organizations; the first that orders is always one of them. */
function orderingAdmin(target: ChannelInput): OrganizationReference {
  const [first] = target.ordering;
  if (first !== undefined) return first;
  throw new TypeError(`The channel ${target.channel.name} has no ordering organization.`);
}
