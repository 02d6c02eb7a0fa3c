import { Drawer, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';

import { useStep } from '../../api/queries.ts';
import { stepWord } from '../../model/states.ts';
import { duration, until } from '../../model/times.ts';
import { NO_BANNER } from '../../shell/dialog.ts';
import { Help } from '../../shell/help.tsx';
import { Loading } from '../../shell/loading.tsx';
import { useNow } from '../../shell/now.ts';
import { Problem } from '../../shell/problem.tsx';
import { ScrollTable } from '../../shell/scroll-table.tsx';
import { State } from '../../shell/state.tsx';

export interface StepInTable {
  readonly step: string;
  readonly target: string;
}

interface StepDrawerProps {
  readonly run: string;
  /** Undefined shows nothing. */
  readonly shown: StepInTable | undefined;
  readonly onClose: () => void;
}

/** The attempts of a step: when each began, how it ended, and why. */
export function StepDrawer({ run, shown, onClose }: StepDrawerProps): ReactNode {
  return (
    <Drawer
      opened={shown !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={shown === undefined ? '' : `${shown.step} ${shown.target}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      attributes={NO_BANNER}
    >
      {shown !== undefined && <Attempts run={run} name={shown} />}
    </Drawer>
  );
}

function Attempts({ run, name }: { readonly run: string; readonly name: StepInTable }): ReactNode {
  const { data, error } = useStep(run, name);
  const now = useNow();
  if (error !== null) return <Problem error={error} />;
  if (data === undefined) return <Loading />;
  const { nextAttemptAt, remedy, history } = data;
  return (
    <>
      <State state={stepWord(data)} />
      {nextAttemptAt !== undefined && <Text mt="xs">Next attempt {until(nextAttemptAt, now)}</Text>}
      <Help remedies={remedy === undefined ? [] : [remedy]} />
      <ScrollTable label="Attempts" columns={['Attempt', 'Began', 'Took', 'Outcome', 'Reason']}>
        <Table.Tbody>
          {history.map(({ attempt, startedAt, seconds, outcome, type = '', reason }) => (
            <Table.Tr key={attempt}>
              <Table.Td>{attempt === 0 ? 'not needed' : attempt}</Table.Td>
              <Table.Td>{startedAt?.slice(11, 19) ?? ''}</Table.Td>
              <Table.Td>{duration(seconds)}</Table.Td>
              <Table.Td>{outcome}</Table.Td>
              <Table.Td className="wrap-anywhere">{[type, reason].filter((text) => text !== '').join(': ')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </ScrollTable>
    </>
  );
}
