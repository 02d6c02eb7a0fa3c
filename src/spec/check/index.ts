import { withReason, type Issue } from '../issues/issue.ts';
import type { Network } from '../network.ts';
import { chaincodeIssues, chaincodeWarnings } from './chaincodes.ts';
import { channelIssues } from './channels.ts';
import { consensusIssues, consensusWarnings } from './consensus.ts';
import { governanceIssues } from './governance.ts';
import { nameConflicts } from './name-conflicts.ts';
import { channelPolicyIssues } from './policies.ts';
import { releaseIssues, releaseWarnings } from './releases.ts';
import { settingsIssues, settingsWarnings, systemNamespaces } from './settings.ts';
import { sizeIssues } from './sizes.ts';
import { topologyIssues, topologyWarnings } from './topology.ts';

/** What only shows when the whole network is looked at: names in conflict, a missing orderer, a channel's unknown organization. */
export function checkNetwork(network: Network): { issues: Issue[]; warnings: Issue[] } {
  const tooLarge = sizeIssues(network);
  if (tooLarge.length > 0) return { issues: tooLarge, warnings: [] };
  return {
    issues: [
      ...contradictions(network),
      ...withReason('UNSUPPORTED_RELEASE', releaseIssues(network)),
      ...governanceIssues(network),
      ...systemNamespaces(network),
    ],
    warnings: withReason('DOUBTFUL', [
      ...topologyWarnings(network),
      ...settingsWarnings(network),
      ...consensusWarnings(network),
      ...releaseWarnings(network),
      ...chaincodeWarnings(network),
    ]),
  };
}

/** What makes a network none, by whatever rules it was described: also one that stands, and that an older version of Weft has accepted. */
export function contradictions(network: Network): Issue[] {
  const tooLarge = sizeIssues(network);
  if (tooLarge.length > 0) return tooLarge;
  return [
    ...topologyIssues(network),
    ...nameConflicts(network),
    ...settingsIssues(network),
    ...channelIssues(network),
    ...consensusIssues(network),
    ...channelPolicyIssues(network),
    ...chaincodeIssues(network),
  ];
}
