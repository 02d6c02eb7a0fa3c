import { Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';

import type { StepOfRun } from '../../api/resources.ts';
import { stepWord } from '../../model/states.ts';
import { stepGroups } from '../../model/step-groups.ts';
import { duration } from '../../model/times.ts';
import { ScrollTable } from '../../shell/scroll-table.tsx';
import { State } from '../../shell/state.tsx';

interface StepsTableProps {
  readonly steps: readonly StepOfRun[];
  readonly isDoneHidden: boolean;
}

/** The steps of a run, by what they are done to. */
export function StepsTable({ steps, isDoneHidden }: StepsTableProps): ReactNode {
  const groups = stepGroups(steps, isDoneHidden);
  if (groups.length === 0) {
    return <Text>{steps.length === 0 ? 'No step has begun yet.' : 'Every step is done.'}</Text>;
  }
  return (
    <ScrollTable label="Steps" columns={['Target', 'Step', 'State', 'Attempts', 'Time', 'Reason']}>
      {groups.map(({ name, steps: shown, done, total }) => (
        <Table.Tbody key={name}>
          <Table.Tr className="group-row">
            <Table.Th colSpan={6} scope="rowgroup">
              {name} <span className="quiet">{`${done} of ${total} done`}</span>
            </Table.Th>
          </Table.Tr>
          {shown.map((step) => (
            <StepRow key={`${step.step} ${step.target}`} step={step} />
          ))}
        </Table.Tbody>
      ))}
    </ScrollTable>
  );
}

function StepRow({ step }: { readonly step: StepOfRun }): ReactNode {
  const isRunning = step.outcome === 'running';
  return (
    <Table.Tr>
      <Table.Td>{step.target}</Table.Td>
      <Table.Td>{step.step}</Table.Td>
      <Table.Td>
        <State state={stepWord(step)} />
      </Table.Td>
      <Table.Td>{isRunning ? step.attempts + 1 : step.attempts}</Table.Td>
      <Table.Td>{duration(step.seconds)}</Table.Td>
      <Table.Td className="wrap-anywhere">{step.reason}</Table.Td>
    </Table.Tr>
  );
}
