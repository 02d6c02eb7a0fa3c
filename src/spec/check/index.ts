import { chaincodeMistakes, chaincodeWarnings } from './chaincodes.ts';
import { channelMistakes } from './channels.ts';
import { objectClashes } from './name-conflicts.ts';
import { consensusMistakes, consensusWarnings } from './consensus.ts';
import type { Finding } from '../issues/issue.ts';
import type { Network } from '../network.ts';
import { channelPolicyMistakes } from './policies.ts';
import { settingsMistakes, settingsWarnings } from './settings.ts';
import { topologyMistakes, topologyWarnings } from './topology.ts';

/** What only shows when the whole network is looked at: names that clash, a missing orderer, a channel's unknown organization. */
export function checkNetwork(network: Network): { mistakes: Finding[]; warnings: Finding[] } {
  return {
    mistakes: [
      ...topologyMistakes(network),
      ...objectClashes(network),
      ...settingsMistakes(network),
      ...channelMistakes(network),
      ...consensusMistakes(network),
      ...channelPolicyMistakes(network),
      ...chaincodeMistakes(network),
    ],
    warnings: [
      ...topologyWarnings(network),
      ...settingsWarnings(network),
      ...consensusWarnings(network),
      ...chaincodeWarnings(network),
    ],
  };
}
