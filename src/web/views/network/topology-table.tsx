import { Button, Table } from '@mantine/core';
import type { ReactNode } from 'react';

import { kindWord, reasonOf, wantsAttention, wordOf, type NetworkTopology } from '../../model/topology.ts';
import { ScrollTable } from '../../shell/scroll-table.tsx';
import { State } from '../../shell/state.tsx';

interface TopologyTableProps {
  readonly topology: NetworkTopology;
  /** Leaves out what nobody has to look at. */
  readonly isAttentionOnly: boolean;
  /** Called with the id of a node (`org1/peer1`), or with a channel's (`channel:trade`). */
  readonly onOpen: (pick: string) => void;
}

const COLUMNS = ['Name', 'Kind', 'State', 'Step', 'Reason', 'Channels', 'Version'];

/** The same as the graph, to read and to search. */
export function TopologyTable({ topology, isAttentionOnly, onOpen }: TopologyTableProps): ReactNode {
  return (
    <ScrollTable label="Organizations, nodes and channels" columns={COLUMNS}>
      {topology.organizations.map(({ name: organization, mspId, nodes }) => {
        const shown = isAttentionOnly ? nodes.filter(wantsAttention) : nodes;
        return (
          <Table.Tbody key={organization}>
            <Table.Tr className="group-row">
              <Table.Th colSpan={COLUMNS.length} scope="rowgroup">
                {organization} <span className="quiet">{mspId}</span>
              </Table.Th>
            </Table.Tr>
            {shown.map((node) => (
              <Table.Tr key={node.id}>
                <Table.Td>
                  <OpenButton name={node.name} pick={node.id} onOpen={onOpen} />
                </Table.Td>
                <Table.Td>{kindWord(node.kind)}</Table.Td>
                <Table.Td>
                  <State state={wordOf(node)} />
                </Table.Td>
                <Table.Td>{node.work?.step ?? ''}</Table.Td>
                <Table.Td className="wrap-anywhere">{reasonOf(node)}</Table.Td>
                <Table.Td>{node.channels.join(', ')}</Table.Td>
                <Table.Td>{node.version ?? ''}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        );
      })}
      <Table.Tbody>
        <Table.Tr className="group-row">
          <Table.Th colSpan={COLUMNS.length} scope="rowgroup">
            Channels
          </Table.Th>
        </Table.Tr>
        {topology.channels.map((channel) => (
          <Table.Tr key={channel.name}>
            <Table.Td>
              <OpenButton name={channel.name} pick={`channel:${channel.name}`} onOpen={onOpen} />
            </Table.Td>
            <Table.Td>channel</Table.Td>
            <Table.Td>
              <State state={wordOf(channel)} />
            </Table.Td>
            <Table.Td>{channel.work?.step ?? ''}</Table.Td>
            <Table.Td className="wrap-anywhere">{reasonOf(channel)}</Table.Td>
            <Table.Td>{channel.members.join(', ')}</Table.Td>
            <Table.Td>{channel.chaincodes.map(({ name, version }) => `${name} ${version}`).join(', ')}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  );
}

interface OpenButtonProps {
  readonly name: string;
  readonly pick: string;
  readonly onOpen: (pick: string) => void;
}

function OpenButton({ name, pick, onOpen }: OpenButtonProps): ReactNode {
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      onClick={() => {
        onOpen(pick);
      }}
    >
      {name}
    </Button>
  );
}
