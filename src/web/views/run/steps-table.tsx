import { Button, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';

import type { StepInList, StepOfRun } from '../../api/resources.ts';
import { stepWord } from '../../model/states.ts';
import { stepGroups } from '../../model/step-groups.ts';
import { duration, until } from '../../model/times.ts';
import { Help } from '../../shell/help.tsx';
import { useNow } from '../../shell/now.ts';
import { ScrollTable } from '../../shell/scroll-table.tsx';
import { State } from '../../shell/state.tsx';
import type { StepInTable } from './step-drawer.tsx';

interface StepsTableProps {
  readonly steps: readonly StepOfRun[];
  /** Those that are under way, with when each is tried again. */
  readonly underWay: readonly StepInList[];
  readonly isDoneHidden: boolean;
  readonly onOpen: (name: StepInTable) => void;
}

/** The steps of a run, by what they are done to. */
export function StepsTable({ steps, underWay, isDoneHidden, onOpen }: StepsTableProps): ReactNode {
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
            <StepRow
              key={`${step.step} ${step.target}`}
              step={step}
              nextAttemptAt={
                underWay.find(({ step: name, target }) => name === step.step && target === step.target)?.nextAttemptAt
              }
              onOpen={onOpen}
            />
          ))}
        </Table.Tbody>
      ))}
    </ScrollTable>
  );
}

interface StepRowProps {
  readonly step: StepOfRun;
  readonly nextAttemptAt: string | undefined;
  readonly onOpen: (name: StepInTable) => void;
}

function StepRow({ step, nextAttemptAt, onOpen }: StepRowProps): ReactNode {
  const isRunning = step.outcome === 'running';
  return (
    <Table.Tr>
      <Table.Td>{step.target}</Table.Td>
      <Table.Td>
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={`Attempts of ${step.step} on ${step.target}`}
          onClick={() => {
            onOpen(step);
          }}
        >
          {step.step}
        </Button>
      </Table.Td>
      <Table.Td>
        <State state={stepWord(step)} />
        {nextAttemptAt !== undefined && <Countdown to={nextAttemptAt} />}
      </Table.Td>
      <Table.Td>{isRunning ? step.attempts + 1 : step.attempts}</Table.Td>
      <Table.Td>{duration(step.seconds)}</Table.Td>
      <Table.Td className="wrap-anywhere">
        {step.reason}
        <Help remedies={step.remedy === undefined ? [] : [step.remedy]} />
      </Table.Td>
    </Table.Tr>
  );
}

function Countdown({ to }: { readonly to: string }): ReactNode {
  const now = useNow();
  return <span className="quiet"> next attempt {until(to, now)}</span>;
}
