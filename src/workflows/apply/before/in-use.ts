import type { Network } from '../../../spec/index.ts';
import { nameOf, nodesOf, orderingOf } from '../../inputs.ts';

/**
 * What an earlier run brought up, and what others know it by: the root of a CA, the keys of a consenter, the blocks of an orderer. Where such state
 * is gone, it is not made anew: that would be another CA, or an orderer that has forgotten what it had promised.
 */
export interface InUse {
  /** Names of the organizations whose CAs have run. */
  readonly authorities: ReadonlySet<string>;
  /** Kubernetes names of all orderers and peers. */
  readonly nodes: ReadonlySet<string>;
  /** Kubernetes names of the orderers that are consenters of some channel. */
  readonly consenters: ReadonlySet<string>;
  /** Kubernetes names of the consenters of a channel. */
  readonly consentersOf: (channel: string) => ReadonlySet<string>;
  /** Names of the organizations that have a part in a channel. */
  readonly participantsOf: (channel: string) => ReadonlySet<string>;
}

/** @param applied the description that was last brought up to its end; undefined means that none was */
export function inUseBy(applied: Network | undefined): InUse {
  if (applied === undefined) return NOTHING;
  const { organizations, channels } = applied;
  const byChannel = new Map(
    channels.map((channel) => [channel.name, new Set(orderingOf(applied, channel).flatMap(({ nodes }) => nodes))]),
  );
  const participants = new Map(
    channels.map(({ name, orderers, peers }) => [
      name,
      new Set([...orderers, ...peers].map(({ organization }) => organization)),
    ]),
  );
  return {
    authorities: new Set(organizations.map(({ name }) => name)),
    nodes: new Set(organizations.flatMap(nodesOf).map(nameOf)),
    consenters: new Set([...byChannel.values()].flatMap((names) => [...names])),
    consentersOf: (channel) => byChannel.get(channel) ?? new Set(),
    participantsOf: (channel) => participants.get(channel) ?? new Set(),
  };
}

const NOTHING: InUse = {
  authorities: new Set(),
  nodes: new Set(),
  consenters: new Set(),
  consentersOf: () => new Set(),
  participantsOf: () => new Set(),
};
