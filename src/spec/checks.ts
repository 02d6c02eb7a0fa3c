import { chaincodeMistakes, chaincodeWarnings } from './chaincode-checks.ts';
import { channelMistakes } from './channel-checks.ts';
import { objectClashes } from './clashes.ts';
import { consensusMistakes, consensusWarnings } from './consensus-checks.ts';
import type { Finding } from './mistake.ts';
import type { Network } from './network.ts';
import { channelPolicyMistakes } from './policy-checks.ts';
import { settingsMistakes, settingsWarnings } from './settings-checks.ts';
import { topologyMistakes, topologyWarnings } from './topology-checks.ts';

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
