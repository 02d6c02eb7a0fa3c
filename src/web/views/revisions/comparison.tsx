import { Code, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

import { useDifferences, useRevision } from '../../api/queries.ts';
import type { RevisionComparison } from '../../api/resources.ts';
import { fieldValue } from '../../model/revisions.ts';
import { Loading } from '../../shell/loading.tsx';
import { Problem } from '../../shell/problem.tsx';
import { ScrollTable } from '../../shell/scroll-table.tsx';
import { TextDiff } from '../description/text-diff.tsx';

interface ComparisonProps {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What differs between two revisions: field by field, defaults included, and in the texts as they were written. */
export function Comparison({ name, from, to }: ComparisonProps): ReactNode {
  const { data, error } = useDifferences(name, { from, to });
  const before = useRevision(name, from).data?.source;
  const after = useRevision(name, to).data?.source;
  if (error !== null) return <Problem error={error} />;
  if (data === undefined) return <Loading />;
  return (
    <>
      <Fields changes={data.changes} isTextSame={data.text === ''} />
      {data.text !== '' && before !== undefined && after !== undefined && (
        <>
          <Title order={3} size="h4" mt="md" mb="xs">
            Text
          </Title>
          <TextDiff before={before} after={after} />
        </>
      )}
    </>
  );
}

const CHANGES = { added: 'Added', removed: 'Removed', changed: 'Changed' } as const;

interface FieldsProps {
  readonly changes: RevisionComparison['changes'];
  readonly isTextSame: boolean;
}

function Fields({ changes, isTextSame }: FieldsProps): ReactNode {
  if (changes.length === 0) {
    return <Text>{isTextSame ? 'They are the same.' : 'They mean the same: nothing but the text differs.'}</Text>;
  }
  return (
    <ScrollTable label="Fields that differ" columns={['Field', 'Change', 'Before', 'After']}>
      <Table.Tbody>
        {changes.map(({ field, change, before, after }) => (
          <Table.Tr key={field}>
            <Table.Td className="wrap-anywhere">{field}</Table.Td>
            <Table.Td>{CHANGES[change]}</Table.Td>
            <Table.Td className="wrap-anywhere">
              <FieldValue value={before} />
            </Table.Td>
            <Table.Td className="wrap-anywhere">
              <FieldValue value={after} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  );
}

function FieldValue({ value }: { readonly value: unknown }): ReactNode {
  const text = fieldValue(value);
  return text === '' ? '' : <Code>{text}</Code>;
}
