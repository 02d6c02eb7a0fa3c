import type { NetworkSummary } from '../../operations/index.ts';
import { unmetConditions } from './conditions.ts';
import { clockTime } from './duration.ts';
import type { Palette } from './palette.ts';
import { table } from './table.ts';

/** Several networks, one a row; what there is to say about one comes last and is never cut. */
export function renderNetworks(networks: readonly NetworkSummary[], palette: Palette): string {
  return table([['NETWORK', 'READY', 'NODES', 'REASON'], ...networks.map((network) => rowOf(network, palette))]);
}

function rowOf({ network, status, problem, openRun }: NetworkSummary, { good, bad, symbols }: Palette): string[] {
  const nodes = status?.nodes ?? [];
  const readyNodes = nodes.filter(({ ready }) => ready).length;
  const isReady = status?.ready === true;
  const reasons = [
    problem,
    unmetConditions(status?.conditions ?? [])[0],
    openRun && `a run (${openRun.operation}) is under way since ${clockTime(openRun.since)}`,
  ];
  return [
    network,
    isReady ? good(`${symbols.done} yes`) : bad(`${symbols.failed} no`),
    status === undefined ? '-' : `${readyNodes} of ${nodes.length}`,
    reasons.filter((reason) => reason !== undefined).join('; '),
  ];
}
