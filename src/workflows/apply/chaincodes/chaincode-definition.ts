import type { DefinitionView } from '../../../activities/chaincodes/lifecycle.ts';

/** What the organizations of a channel are to agree on. */
export interface DefinitionPlan {
  readonly sequence: number;
  /** The channel has no definition of this chaincode yet. */
  readonly isFirst: boolean;
  /** Why there is a definition to commit; empty if the committed one is as described. */
  readonly reason: string;
  /** Names of the organizations that have to approve it. */
  readonly approvals: readonly string[];
}

/**
 * Decides what the organizations are to agree on. The channel's definition is as described, and every member runs this
 * package: nothing. A member that has not approved it yet does so with the sequence that is committed; anything else needs
 * the next, which all approve.
 *
 * @param views of each member organization; one peer may be a block behind another
 */
export function definitionToAgreeOn(views: readonly DefinitionView[]): DefinitionPlan {
  const sequence = Math.max(0, ...views.map((view) => view.sequence));
  const everybody = views.map(({ organization }) => organization);
  if (sequence === 0) {
    const unread = views.find(({ unread: why }) => why !== undefined)?.unread;
    return { sequence: 1, isFirst: true, reason: unread ?? 'was not committed', approvals: everybody };
  }
  const newest = views.filter((view) => view.sequence === sequence);
  const differences = [...new Set([...newest.flatMap((view) => view.differences), ...views.flatMap(packageChange)])];
  if (differences.length > 0) {
    return { sequence: sequence + 1, isFirst: false, reason: differences.join('; '), approvals: everybody };
  }
  const approved = newest.filter(({ approval }) => approval === 'described').map(({ organization }) => organization);
  const approvals = everybody.filter((organization) => !approved.includes(organization));
  return { sequence, isFirst: false, reason: '', approvals };
}

function packageChange({ organization, approval }: DefinitionView): string[] {
  if (approval === 'other package') return [`package of ${organization}`];
  // Fabric lets an organization approve a sequence once: its peers have left the channel since, or lost their volumes.
  return approval === 'lost' ? [`lost approval of ${organization}`] : [];
}
