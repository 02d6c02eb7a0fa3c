import { objectClashes } from './clashes.ts';
import type { Finding } from './mistake.ts';
import type { Network } from './network.ts';
import { settingsMistakes, settingsWarnings } from './settings-checks.ts';
import { topologyMistakes, topologyWarnings } from './topology-checks.ts';

/** What only shows when the whole network is looked at: names that clash, a missing orderer, lifetimes that do not fit. */
export function checkNetwork(network: Network): { mistakes: Finding[]; warnings: Finding[] } {
  return {
    mistakes: [...topologyMistakes(network), ...objectClashes(network), ...settingsMistakes(network)],
    warnings: [...topologyWarnings(network), ...settingsWarnings(network)],
  };
}
