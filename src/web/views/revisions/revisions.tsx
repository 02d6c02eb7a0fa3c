import { Group, Select, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';

import { useRevisions } from '../../api/queries.ts';
import type { RevisionInList } from '../../api/resources.ts';
import { comparedRevisions } from '../../model/revisions.ts';
import { dateTime } from '../../model/times.ts';
import { Loading } from '../../shell/loading.tsx';
import { Problem } from '../../shell/problem.tsx';
import { ScrollTable } from '../../shell/scroll-table.tsx';
import { Comparison } from './comparison.tsx';

/** What was asked of a network, when and by whom, and what differs between two of those descriptions. */
export function Revisions({ name }: { readonly name: string }): ReactNode {
  const { data, error, refetch } = useRevisions(name);
  return (
    <>
      <title>{`Revisions of ${name} – Weft`}</title>
      {error !== null && <Problem error={error} isShownBefore={data !== undefined} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data?.length === 0 && <Text>Nobody has described it here.</Text>}
      {data !== undefined && data.length > 0 && (
        <>
          <RevisionsTable revisions={data} />
          {data.length > 1 && <ComparisonOfTwo name={name} revisions={data} />}
        </>
      )}
    </>
  );
}

interface RevisionsProps {
  /** Newest first. */
  readonly revisions: readonly RevisionInList[];
}

function RevisionsTable({ revisions }: RevisionsProps): ReactNode {
  return (
    <ScrollTable label="Revisions" columns={['Revision', 'When', 'By']}>
      <Table.Tbody>
        {revisions.map(({ number, createdAt, createdBy }) => (
          <Table.Tr key={number}>
            <Table.Td>{number}</Table.Td>
            <Table.Td>{dateTime(createdAt)}</Table.Td>
            <Table.Td>{createdBy}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  );
}

function ComparisonOfTwo({ name, revisions }: RevisionsProps & { readonly name: string }): ReactNode {
  const [search, setSearch] = useSearchParams();
  const numbers = revisions.map(({ number }) => number);
  const { from, to } = comparedRevisions(numbers, { from: search.get('from'), to: search.get('to') });
  const choices = numbers.map((number) => ({ value: String(number), label: `Revision ${number}` }));
  const compare = (change: { readonly from?: string | null; readonly to?: string | null }): void => {
    const after = { from: String(from), to: String(to), ...change };
    setSearch({ from: after.from ?? String(from), to: after.to ?? String(to) }, { replace: true });
  };
  return (
    <section aria-label="Comparison">
      <Title order={2} size="h3" mt="lg">
        What differs
      </Title>
      <Group my="sm">
        <Select
          label="From"
          allowDeselect={false}
          data={choices}
          value={String(from)}
          onChange={(value) => {
            compare({ from: value });
          }}
        />
        <Select
          label="To"
          allowDeselect={false}
          data={choices}
          value={String(to)}
          onChange={(value) => {
            compare({ to: value });
          }}
        />
      </Group>
      <Comparison name={name} from={from} to={to} />
    </section>
  );
}
