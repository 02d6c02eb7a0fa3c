import { Title } from '@mantine/core';
import type { ReactNode } from 'react';

import { useTopology } from '../../api/topology.ts';
import type { NetworkWithSpec } from '../../api/resources.ts';
import { readinessWord } from '../../model/states.ts';
import { ago } from '../../model/times.ts';
import { useNow } from '../../shell/now.ts';
import { State } from '../../shell/state.tsx';
import { TopologySection } from './topology-section.tsx';

/** How a network is. */
export function Overview({ network }: { readonly network: NetworkWithSpec }): ReactNode {
  const { metadata, status } = network;
  const now = useNow();
  const topology = useTopology(network);
  return (
    <>
      <title>{`${metadata.name} – Weft`}</title>
      <Title order={2} size="h3" mt="md">
        Conditions
      </Title>
      <p className="quiet">
        {status.seenAt === undefined ? 'Nobody has looked yet.' : `Looked at ${ago(status.seenAt, now)}.`}
      </p>
      <ul className="conditions">
        {status.conditions.map(({ type, status: value, message }) => (
          <li key={type}>
            <State state={readinessWord(value)} /> <strong>{type}</strong> {message}
          </li>
        ))}
      </ul>
      {topology !== undefined && <TopologySection network={metadata.name} topology={topology} />}
    </>
  );
}
