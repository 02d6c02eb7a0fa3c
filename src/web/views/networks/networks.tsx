import { Anchor, Button, Code, Group, Paper, Table, Text, TextInput, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';

import { useNetworks } from '../../api/queries.ts';
import type { NetworkInList } from '../../api/resources.ts';
import { worstCondition } from '../../model/conditions.ts';
import { readinessWord } from '../../model/states.ts';
import { ago } from '../../model/times.ts';
import { withoutWorkerInWords } from '../../model/workers.ts';
import { Loading } from '../../shell/loading.tsx';
import { Problem } from '../../shell/problem.tsx';
import { ScrollTable } from '../../shell/scroll-table.tsx';
import { State } from '../../shell/state.tsx';
import { useNow } from '../../shell/now.ts';

/** The networks of the cluster, with the reason of the worst check of each. */
export function NetworksView(): ReactNode {
  const { data, error, refetch } = useNetworks();
  const [search, setSearch] = useSearchParams();
  const wanted = search.get('name') ?? '';
  return (
    <>
      <title>Networks – Weft</title>
      <Group justify="space-between" mb="md">
        <Title order={1} size="h2">
          Networks
        </Title>
        <Button component={Link} to="/new">
          New network
        </Button>
      </Group>
      {error !== null && <Problem error={error} isShownBefore={data !== undefined} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data?.length === 0 && <NoNetworks />}
      {data !== undefined && data.length > 0 && (
        <>
          <TextInput
            label="Name contains"
            maw={280}
            mb="sm"
            value={wanted}
            onChange={({ currentTarget: { value } }) => {
              setSearch(value === '' ? {} : { name: value }, { replace: true });
            }}
          />
          <NetworksTable networks={data.filter(({ metadata }) => metadata.name.includes(wanted))} />
        </>
      )}
    </>
  );
}

function NoNetworks(): ReactNode {
  return (
    <Paper withBorder p="lg">
      <Text fw={600}>No networks yet</Text>
      <Text mt="xs">
        Describe one here, or bring one up from the command line: <Code>weft up -f network.yaml</Code>
      </Text>
    </Paper>
  );
}

function NetworksTable({ networks }: { readonly networks: readonly NetworkInList[] }): ReactNode {
  const now = useNow();
  return (
    <ScrollTable label="Networks" columns={['Name', 'State', 'Reason', 'Seen']}>
      <Table.Tbody>
        {networks.map(({ metadata: { name }, status }) => {
          const worst = worstCondition(status.conditions);
          return (
            <Table.Tr key={name}>
              <Table.Td>
                <Anchor component={Link} to={`/networks/${name}`}>
                  {name}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <State state={readinessWord(status.ready)} />
              </Table.Td>
              <Table.Td className="wrap-anywhere">
                {withoutWorkerInWords(status.withoutWorker, now) ??
                  (worst === undefined ? '' : `${worst.type}: ${worst.message}`)}
              </Table.Td>
              <Table.Td>{status.seenAt === undefined ? 'never' : ago(status.seenAt, now)}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </ScrollTable>
  );
}
