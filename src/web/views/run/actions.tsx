import { Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';

import type { RunWithSteps } from '../../api/resources.ts';
import { steerRun, type Steering } from '../../api/steering.ts';
import { NO_BANNER } from '../../shell/dialog.ts';
import { Problem } from '../../shell/problem.tsx';

interface ActionWords {
  readonly action: Steering;
  readonly label: string;
  readonly title: string;
  readonly text: string;
  /** Whether it has a reason, and whether it needs one. */
  readonly reason: 'none' | 'optional' | 'required';
  readonly isDangerous: boolean;
}

const ACTIONS: readonly ActionWords[] = [
  {
    action: 'pause',
    label: 'Pause',
    title: 'Pause the run',
    text: 'It begins no new step until it is resumed; steps that are under way end.',
    ...{ reason: 'required', isDangerous: false },
  },
  {
    action: 'resume',
    label: 'Resume',
    title: 'Resume the run',
    text: 'It begins the steps that wait since it was paused.',
    ...{ reason: 'optional', isDangerous: false },
  },
  {
    action: 'retry',
    label: 'Retry now',
    title: 'Try again at once',
    text: 'Every step that waits for its next attempt is tried now.',
    ...{ reason: 'none', isDangerous: false },
  },
  {
    action: 'cancel',
    label: 'Cancel the run',
    title: 'Cancel the run',
    text: 'What its steps have done stays. The run stops as soon as its steps have been told.',
    ...{ reason: 'none', isDangerous: true },
  },
];

/** What can be done about a run that goes on. */
export function RunActions({ run: { id, network, paused } }: { readonly run: RunWithSteps }): ReactNode {
  const queries = useQueryClient();
  const [asking, setAsking] = useState<ActionWords>();
  const [reason, setReason] = useState('');
  const steering = useMutation({
    mutationFn: (action: Steering) => steerRun(id, action, reason.trim()),
    onSuccess: () => {
      setAsking(undefined);
      return queries.invalidateQueries({ queryKey: ['run', id] });
    },
  });
  return (
    <div>
      <Group gap="xs">
        {ACTIONS.filter(({ action }) => action !== (paused === undefined ? 'resume' : 'pause')).map((words) => (
          <Button
            key={words.action}
            variant="default"
            onClick={() => {
              steering.reset();
              setReason('');
              setAsking(words);
            }}
          >
            {words.label}
          </Button>
        ))}
      </Group>
      <Text size="sm" mt="xs" aria-live="polite">
        {steering.data ?? ''}
      </Text>
      <Modal
        opened={asking !== undefined}
        onClose={() => {
          setAsking(undefined);
        }}
        title={`${asking?.title ?? ''}: ${network}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
        attributes={NO_BANNER}
      >
        {asking !== undefined && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              steering.mutate(asking.action);
            }}
          >
            <Text>{asking.text}</Text>
            {asking.reason !== 'none' && (
              <TextInput
                mt="md"
                label="Reason"
                description="For whoever looks at the run."
                required={asking.reason === 'required'}
                maxLength={1_000}
                value={reason}
                onChange={({ currentTarget: { value } }) => {
                  setReason(value);
                }}
              />
            )}
            {steering.error !== null && <Problem error={steering.error} />}
            <Group mt="md" justify="flex-end">
              <Button
                type="submit"
                loading={steering.isPending}
                disabled={asking.reason === 'required' && reason.trim() === ''}
                {...(asking.isDangerous ? { color: 'red' } : {})}
              >
                {asking.title}
              </Button>
            </Group>
          </form>
        )}
      </Modal>
    </div>
  );
}
