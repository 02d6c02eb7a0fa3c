import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { answerOf } from '../../../api-client/index.ts';
import { client } from '../../api/client.ts';
import type { RunWithSteps } from '../../api/resources.ts';
import { Problem } from '../../shell/problem.tsx';

/** What can be done about a run that goes on. */
export function RunActions({ run: { id, network } }: { readonly run: RunWithSteps }): ReactNode {
  const queries = useQueryClient();
  const [isAsking, { open, close }] = useDisclosure();
  const cancel = useMutation({
    mutationFn: () =>
      answerOf(
        client.POST('/v1/runs/{id}:cancel', {
          params: { path: { id }, header: { 'idempotency-key': crypto.randomUUID() } },
        }),
      ),
    onSuccess: () => {
      close();
      return queries.invalidateQueries({ queryKey: ['run', id] });
    },
  });
  return (
    <>
      <Button variant="default" onClick={open}>
        Cancel the run
      </Button>
      <Modal opened={isAsking} onClose={close} title={`Cancel the run of ${network}?`}>
        <Text>What its steps have done stays. The run stops as soon as its steps have been told.</Text>
        {cancel.error !== null && <Problem error={cancel.error} />}
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={close}>
            Let it go on
          </Button>
          <Button
            color="red"
            loading={cancel.isPending}
            onClick={() => {
              cancel.mutate();
            }}
          >
            Cancel the run
          </Button>
        </Group>
      </Modal>
    </>
  );
}
