import { Drawer, Table } from '@mantine/core';
import type { ReactNode } from 'react';

import { ago, dateTime, until } from '../../model/times.ts';
import { kindWord, reasonOf, wordOf, type NetworkTopology, type TopologyPart } from '../../model/topology.ts';
import { useNow } from '../../shell/now.ts';
import { NO_BANNER } from '../../shell/dialog.ts';
import { State } from '../../shell/state.tsx';

interface PartDrawerProps {
  readonly network: string;
  readonly topology: NetworkTopology;
  /** The id of a node, or of a channel as `channel:trade`; undefined shows nothing. */
  readonly pick: string | undefined;
  readonly onClose: () => void;
}

/** All that is known of one part of a network. */
export function PartDrawer({ network, topology, pick, onClose }: PartDrawerProps): ReactNode {
  const facts = pick === undefined ? undefined : factsOf(topology, pick);
  return (
    <Drawer
      opened={facts !== undefined}
      onClose={onClose}
      position="right"
      title={facts === undefined ? '' : `${facts.title} of ${network}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      attributes={NO_BANNER}
    >
      {facts !== undefined && <Facts part={facts.part} rows={facts.rows} />}
    </Drawer>
  );
}

interface PartFacts {
  readonly title: string;
  readonly part: TopologyPart;
  readonly rows: readonly (readonly [string, string | undefined])[];
}

function Facts({ part, rows }: Pick<PartFacts, 'part' | 'rows'>): ReactNode {
  const now = useNow();
  const next = part.work?.nextAttemptAt;
  const all = [
    ['Reason', reasonOf(part)] as const,
    ['Since', part.since === undefined ? undefined : ago(part.since, now)] as const,
    ['Step', part.work?.step] as const,
    ['Attempt', part.work === undefined ? undefined : String(part.work.attempt)] as const,
    ['Next attempt', next === undefined ? undefined : until(next, now)] as const,
    ...rows,
  ];
  return (
    <>
      <State state={wordOf(part)} />
      <Table mt="md" variant="vertical">
        <Table.Tbody>
          {all
            .filter(([, value]) => value !== undefined && value !== '')
            .map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row">{name}</Table.Th>
                <Table.Td className="wrap-anywhere">{value}</Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

function factsOf({ organizations, channels }: NetworkTopology, pick: string): PartFacts | undefined {
  const channel = channels.find(({ name }) => `channel:${name}` === pick);
  if (channel !== undefined) {
    const { name, height, members, orderers, chaincodes } = channel;
    const rows = [
      ['Blocks', height === undefined ? undefined : String(height)],
      ['Members', members.join(', ')],
      ['Orderers', orderers.join(', ')],
      ['Chaincodes', chaincodes.map((chaincode) => `${chaincode.name} ${chaincode.version}`).join(', ')],
    ] as const;
    return { title: `Channel ${name}`, part: channel, rows };
  }
  for (const { name: organization, mspId, domain, namespace, nodes } of organizations) {
    const node = nodes.find(({ id }) => id === pick);
    if (node === undefined) continue;
    const { name, kind, channels: joined, version, certificateEnds } = node;
    const rows = [
      ['Kind', kindWord(kind)],
      ['Organization', `${organization} (${mspId})`],
      ['Domain', domain],
      ['Namespace', namespace],
      ['Channels', joined.join(', ')],
      ['Version', version],
      ['Certificate ends', certificateEnds === undefined ? undefined : dateTime(certificateEnds)],
    ] as const;
    return { title: name, part: node, rows };
  }
  return undefined;
}
