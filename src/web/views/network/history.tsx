import { Anchor, Select, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';

import { useRuns } from '../../api/queries.ts';
import type { RunInList } from '../../api/resources.ts';
import { runWord } from '../../model/states.ts';
import { dateTime, duration, secondsBetween } from '../../model/times.ts';
import { Loading } from '../../shell/loading.tsx';
import { useNow } from '../../shell/now.ts';
import { Problem } from '../../shell/problem.tsx';
import { ScrollTable } from '../../shell/scroll-table.tsx';
import { State } from '../../shell/state.tsx';

const FILTERS = [
  { value: 'all', label: 'All runs' },
  { value: 'failed', label: 'Runs that did not end well' },
  { value: 'running', label: 'Runs that go on' },
];

/** The runs of a network: who asked for what, when, and how it ended. */
export function History({ name }: { readonly name: string }): ReactNode {
  const { data, error, refetch } = useRuns(name);
  const [search, setSearch] = useSearchParams();
  const filter = search.get('show') ?? 'all';
  return (
    <>
      <title>{`History of ${name} – Weft`}</title>
      {error !== null && <Problem error={error} isShownBefore={data !== undefined} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <>
          <Select
            label="Show"
            maw={280}
            my="sm"
            allowDeselect={false}
            data={FILTERS}
            value={filter}
            onChange={(value) => {
              setSearch(value === null || value === 'all' ? {} : { show: value }, { replace: true });
            }}
          />
          <RunsTable runs={data.filter((run) => isShown(run, filter))} />
        </>
      )}
    </>
  );
}

function isShown({ state }: RunInList, filter: string): boolean {
  if (filter === 'running') return state === 'running';
  return filter !== 'failed' || (state !== 'running' && state !== 'done');
}

function RunsTable({ runs }: { readonly runs: readonly RunInList[] }): ReactNode {
  const now = useNow();
  if (runs.length === 0) return <Text>There are no such runs.</Text>;
  return (
    <ScrollTable label="Runs" columns={['Run', 'State', 'Started', 'Took', 'By', 'Revision', 'Message']}>
      <Table.Tbody>
        {runs.map((run) => (
          <Table.Tr key={run.id}>
            <Table.Td>
              <Anchor component={Link} to={`/runs/${run.id}`}>
                {run.id}
              </Anchor>
            </Table.Td>
            <Table.Td>
              <State state={runWord(run.state)} />
            </Table.Td>
            <Table.Td>{dateTime(run.startedAt)}</Table.Td>
            <Table.Td>
              {duration(secondsBetween(run.startedAt, run.finishedAt ? new Date(run.finishedAt) : now))}
            </Table.Td>
            <Table.Td>{run.requestedBy}</Table.Td>
            <Table.Td>{run.revision ?? ''}</Table.Td>
            <Table.Td className="wrap-anywhere">{run.error?.message ?? ''}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  );
}
