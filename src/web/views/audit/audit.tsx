import { Button, Code, Group, Table, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';

import { useAudit, type CallsFilter } from '../../api/queries.ts';
import type { AuditedCall } from '../../api/resources.ts';
import { callWord } from '../../model/states.ts';
import { dateTime } from '../../model/times.ts';
import { Loading } from '../../shell/loading.tsx';
import { Problem } from '../../shell/problem.tsx';
import { ScrollTable } from '../../shell/scroll-table.tsx';
import { State } from '../../shell/state.tsx';

/** In milliseconds: who types on has not said yet whom they mean. */
const TYPING_MS = 400;

/** Who has changed what through the API, or tried to. */
export function AuditView(): ReactNode {
  const [search, setSearch] = useSearchParams();
  const [who, path] = [search.get('who') ?? '', search.get('path') ?? ''];
  const [settledWho] = useDebouncedValue(who, TYPING_MS);
  const [settledPath] = useDebouncedValue(path, TYPING_MS);
  const setFilter = (name: string, value: string): void => {
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === '') after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  };
  return (
    <>
      <title>Audit – Weft</title>
      <Title order={1} size="h2">
        Audit
      </Title>
      <Text my="sm">Calls of the API that changed something, or would have; the newest first.</Text>
      <Group mb="sm" align="end">
        <TextInput
          label="Who"
          description="The whole name."
          value={who}
          onChange={({ currentTarget: { value } }) => {
            setFilter('who', value);
          }}
        />
        <TextInput
          label="Path"
          description="The whole path, as /v1/networks/test-network."
          className="wide-field"
          value={path}
          onChange={({ currentTarget: { value } }) => {
            setFilter('path', value);
          }}
        />
      </Group>
      <Calls who={settledWho.trim()} resource={settledPath.trim()} />
    </>
  );
}

function Calls(filter: CallsFilter): ReactNode {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useAudit(filter);
  return (
    <>
      {error !== null && <Problem error={error} isShownBefore={data !== undefined} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data?.length === 0 && <Text>There are no such calls.</Text>}
      {data !== undefined && data.length > 0 && <CallsTable calls={data} />}
      {hasNextPage && (
        <Button mt="sm" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Older calls
        </Button>
      )}
    </>
  );
}

function CallsTable({ calls }: { readonly calls: readonly AuditedCall[] }): ReactNode {
  return (
    <ScrollTable label="Calls" columns={['When', 'Who', 'Method', 'Path', 'Outcome', 'Reason', 'Request']}>
      <Table.Tbody>
        {calls.map(({ id, at, who, method, resource, outcome, reason, requestId }) => (
          <Table.Tr key={id}>
            <Table.Td className="no-wrap">{dateTime(at)}</Table.Td>
            <Table.Td>{who}</Table.Td>
            <Table.Td>{method}</Table.Td>
            <Table.Td className="wrap-anywhere">{resource}</Table.Td>
            <Table.Td>
              <State state={callWord(outcome)} />
            </Table.Td>
            <Table.Td>{reason === '' ? '' : <Code>{reason}</Code>}</Table.Td>
            <Table.Td className="no-wrap">
              <Code>{requestId}</Code>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  );
}
