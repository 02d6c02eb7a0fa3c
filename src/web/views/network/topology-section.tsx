import { Group, SegmentedControl, Switch, Title } from '@mantine/core';
import { useHotkeys, useLocalStorage } from '@mantine/hooks';
import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';

import { topologyAnnouncements } from '../../model/announcements.ts';
import { isTableFirst } from '../../model/graph.ts';
import { nodeCount, type NetworkTopology } from '../../model/topology.ts';
import { Announcer } from '../../shell/announcer.tsx';
import { Loading } from '../../shell/loading.tsx';
import { PartDrawer } from './part-drawer.tsx';
import { TopologyTable } from './topology-table.tsx';

const NetworkGraph = lazy(() => import('./graph/graph.tsx').then(({ NetworkGraph: view }) => ({ default: view })));

const VIEWS = [
  { value: 'graph', label: 'Graph' },
  { value: 'table', label: 'Table' },
];

interface TopologySectionProps {
  readonly network: string;
  readonly topology: NetworkTopology;
}

/** The parts of a network as a graph or as a table: `g` switches, and the choice is remembered. */
export function TopologySection({ network, topology }: TopologySectionProps): ReactNode {
  const nodes = nodeCount(topology);
  const announced = useMemo(() => topologyAnnouncements(topology), [topology]);
  const [chosen, setChosen] = useLocalStorage({
    key: 'weft-topology',
    defaultValue: '',
    getInitialValueInEffect: false,
  });
  const view = chosen === '' ? (isTableFirst(nodes) ? 'table' : 'graph') : chosen;
  useHotkeys([
    [
      'g',
      () => {
        setChosen(view === 'graph' ? 'table' : 'graph');
      },
    ],
  ]);
  const [search, setSearch] = useSearchParams();
  const picked = search.get('part') ?? undefined;
  const isAttentionOnly = search.get('show') === 'attention';
  const setParameter = (name: string, value: string | undefined): void => {
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === undefined) after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  };
  const open = (pick: string): void => {
    setParameter('part', pick);
  };
  const channel = picked?.startsWith('channel:') === true ? picked.slice('channel:'.length) : undefined;
  return (
    <section aria-label="Topology">
      <Announcer parts={announced} />
      <Group justify="space-between" mt="lg" mb="sm">
        <Title order={2} size="h3">
          Topology <span className="quiet">{nodes} nodes</span>
        </Title>
        <Group>
          {view === 'table' && (
            <Switch
              label="Only what wants attention"
              checked={isAttentionOnly}
              onChange={({ currentTarget: { checked } }) => {
                setParameter('show', checked ? 'attention' : undefined);
              }}
            />
          )}
          <SegmentedControl aria-label="Graph or table (g)" data={VIEWS} value={view} onChange={setChosen} />
        </Group>
      </Group>
      {view === 'graph' ? (
        <>
          <a className="skip-link" href="#after-graph">
            Skip the graph
          </a>
          <Suspense fallback={<Loading rows={8} />}>
            <NetworkGraph topology={topology} channel={channel} onOpen={open} />
          </Suspense>
          <span id="after-graph" tabIndex={-1} />
        </>
      ) : (
        <TopologyTable topology={topology} isAttentionOnly={isAttentionOnly} onOpen={open} />
      )}
      <PartDrawer
        network={network}
        topology={topology}
        pick={picked}
        onClose={() => {
          setParameter('part', undefined);
        }}
      />
    </section>
  );
}
