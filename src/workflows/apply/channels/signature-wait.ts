import { ApplicationFailure, CancellationScope, isCancellation, setHandler } from '@temporalio/workflow';

import type { AwaitSignaturesInput, CheckSignaturesInput } from '../../../activities/channels/config-update.ts';
import { isMapping, onNode } from '../../../spec/index.ts';
import { activitiesAt } from '../../durable/activities.ts';
import type { Steps } from '../../durable/steps.ts';
import {
  addSignaturesUpdate,
  type PendingUpdate,
  type SignaturesAnswer,
  type SignaturesRequest,
} from '../../messages.ts';

/** An update of a channel that waits for signatures, with whose orderers are asked for its configuration. */
export type UpdateToSign = Omit<CheckSignaturesInput, 'envelope'>;

/** The signatures of organizations that a description does not run. */
export interface SignatureWait {
  /**
   * Waits until all have signed that are missing.
   *
   * @param target the step that waits, as people are told
   * @returns common.ConfigSignatures, base64; undefined if the channel has got another configuration meanwhile: then the update is worth nothing
   */
  readonly collect: (target: string, toSign: UpdateToSign) => Promise<readonly string[] | undefined>;
}

/** What waits now. */
interface OpenWait {
  readonly toSign: UpdateToSign;
  /** MSP IDs. */
  readonly awaited: Set<string>;
  readonly signatures: string[];
  readonly waiting: CancellationScope;
  isOutdated: boolean;
}

/**
 * Takes signatures by Updates of this workflow.
 *
 * @param channel its name
 * @param pending what is told of the update that waits; kept up to date
 */
export function acceptSignatures(steps: Steps, channel: string, pending: PendingUpdate[]): SignatureWait {
  let open: OpenWait | undefined;

  const add = async ({ envelope, by }: SignaturesRequest): Promise<SignaturesAnswer> => {
    const asked = open;
    if (asked === undefined) throw nothingToSign(channel);
    const { toSign, awaited } = asked;
    // Also while the run is paused: it changes nothing, and somebody waits for the answer.
    const activities = activitiesAt(toSign.organization.cluster);
    const checked = await activities.checkSignatures(channel, { ...toSign, missing: [...awaited], envelope });
    if (checked.kind === 'refused') throw refused('SignatureRefused', checked.reason);
    asked.isOutdated ||= checked.kind === 'outdated';
    if (checked.kind === 'outdated' || open !== asked) {
      asked.waiting.cancel();
      throw refused(
        'UpdateOutdated',
        `${channel} has changed meanwhile: the update is planned anew, and has to be signed anew.`,
      );
    }
    const added = checked.signatures.filter(({ mspId }) => awaited.delete(mspId));
    asked.signatures.push(...added.map(({ signature }) => signature));
    steps.add(added.map(({ mspId }) => signedByHand(onNode({ name: channel }, mspId), by)));
    showPending(asked, pending, added);
    if (awaited.size === 0) asked.waiting.cancel();
    return { added: added.map(({ mspId }) => mspId), awaited: [...awaited] };
  };

  setHandler(addSignaturesUpdate, add, {
    validator: (request: unknown) => {
      if (!isMapping(request) || typeof request['envelope'] !== 'string' || typeof request['by'] !== 'string') {
        throw refused(
          'InvalidArgument',
          'Signatures are handed in as {"envelope": "<base64 of a common.Envelope>", "by": "ana"}.',
        );
      }
      if (open === undefined) throw nothingToSign(channel);
    },
  });

  return {
    collect: async (target, toSign) => {
      const wait: OpenWait = {
        toSign,
        awaited: new Set(toSign.missing),
        signatures: [],
        waiting: new CancellationScope(),
        isOutdated: false,
      };
      open = wait;
      showPending(wait, pending, []);
      const { network, dryRun, organization, orderers, sequence, missing } = toSign;
      const asked = { network, dryRun, organization, orderers, channel: toSign.channel };
      const input: AwaitSignaturesInput = { ...asked, after: sequence, missing };
      try {
        await wait.waiting.run(() => steps.attemptsAt(toSign.organization.cluster).awaitSignatures(target, input));
        return undefined;
      } catch (error) {
        if (!isCancellation(error)) throw error;
        if (wait.isOutdated) return undefined;
        // Whoever cancels the run cancels this, too.
        if (wait.awaited.size > 0) throw error;
        return wait.signatures;
      } finally {
        open = undefined;
      }
    },
  };
}

function showPending(
  { awaited, toSign }: OpenWait,
  pending: PendingUpdate[],
  added: readonly { readonly mspId: string; readonly signature: string }[],
): void {
  const [told] = pending.filter(({ update }) => update === toSign.update);
  if (told === undefined) return;
  pending.splice(pending.indexOf(told), 1, {
    ...told,
    signatures: [...told.signatures, ...added.map(({ signature }) => signature)],
    signedBy: [...told.signedBy, ...added.map(({ mspId }) => mspId)],
    awaited: [...awaited],
  });
}

function signedByHand(target: string, by: string): Parameters<Steps['add']>[0][number] {
  return {
    step: 'signConfigUpdate',
    target,
    outcome: 'updated',
    attempts: 1,
    seconds: 0,
    reason: `handed in by ${by}`,
  };
}

function nothingToSign(channel: string): ApplicationFailure {
  return refused('NothingToSign', `No change of ${channel} waits for a signature.`);
}

function refused(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}
