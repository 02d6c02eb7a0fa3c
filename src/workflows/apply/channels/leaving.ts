import type { LeavingChannel } from '../../../activities/channels/leaving.ts';
import type { OrganizationReference } from '../../../activities/inputs.ts';
import type { Channel, Departure } from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import type { OrderingParticipant } from './create-channel.ts';

/** Who leaves a channel: how its configuration knows them, and whom steps act for until then. */
export interface LeavingParts {
  readonly known: LeavingChannel;
  /** Each with the Kubernetes names of its orderers that leave. */
  readonly ordering: readonly OrderingParticipant[];
  /** Organizations of which the channel counts the signatures until they have left it. */
  readonly signers: readonly OrganizationReference[];
}

/** @param departures of all channels */
export function leavingParts(
  { reference }: ApplyRun,
  { name }: Pick<Channel, 'name'>,
  departures: readonly Departure[],
): LeavingParts {
  const ofChannel = departures.filter(({ channel }) => channel === name);
  const orderers = ofChannel.filter(({ kind }) => kind === 'orderer');
  const whole = ofChannel.filter(({ isWhole }) => isWhole);
  const known = (kind: Departure['kind']): LeavingChannel['members'] =>
    whole
      .filter((departure) => departure.kind === kind)
      .map(({ organization: { mspId }, countedBy }) => ({ mspId, countedBy }));
  return {
    known: {
      members: known('peer'),
      ordering: known('orderer'),
      consenters: orderers.flatMap(({ nodes }) => nodes.map(({ address }) => address)),
    },
    ordering: orderers.map(({ organization, nodes }) => ({
      organization: reference(organization),
      orderers: nodes.map((node) => node.name),
    })),
    signers: whole.map(({ organization }) => reference(organization)),
  };
}
