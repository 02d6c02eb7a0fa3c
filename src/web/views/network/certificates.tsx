import { Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';

import { useCertificates } from '../../api/queries.ts';
import { certificateWord } from '../../model/states.ts';
import { dateTime } from '../../model/times.ts';
import { Loading } from '../../shell/loading.tsx';
import { ObservationLine } from '../../shell/observation-line.tsx';
import { Problem } from '../../shell/problem.tsx';
import { ScrollTable } from '../../shell/scroll-table.tsx';
import { State } from '../../shell/state.tsx';

const COLUMNS = ['Owner', 'Kind', 'State', 'Days left', 'Ends', 'Renewed from', 'Issuer'];

/** The certificates of a network; the API has those that end first before the others, and says which end soon. */
export function Certificates({ name }: { readonly name: string }): ReactNode {
  const { data, error } = useCertificates(name);
  return (
    <>
      <title>{`Certificates of ${name} – Weft`}</title>
      {error !== null && <Problem error={error} isShownBefore={data !== undefined} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && <ObservationLine observation={data.observation} />}
      {data?.certificates.length === 0 && <Text>No certificate has been seen.</Text>}
      {data !== undefined && data.certificates.length > 0 && (
        <ScrollTable label="Certificates" columns={COLUMNS}>
          <Table.Tbody>
            {data.certificates.map(({ owner, kind, severity, daysLeft, endsAt, renewedFrom, endsWithCa, ...more }) => (
              <Table.Tr key={`${owner} ${kind} ${more.serial}`}>
                <Table.Td>{owner}</Table.Td>
                <Table.Td>{kind}</Table.Td>
                <Table.Td>
                  <State state={certificateWord(severity)} />
                </Table.Td>
                <Table.Td>{Math.floor(daysLeft)}</Table.Td>
                <Table.Td>{dateTime(endsAt)}</Table.Td>
                <Table.Td>
                  {endsWithCa ? 'ends with its CA' : renewedFrom === undefined ? '' : dateTime(renewedFrom)}
                </Table.Td>
                <Table.Td className="wrap-anywhere">{more.issuer ?? ''}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </ScrollTable>
      )}
    </>
  );
}
