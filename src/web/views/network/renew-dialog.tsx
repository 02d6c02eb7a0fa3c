import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';

import { answerOf } from '../../../api-client/index.ts';
import { client } from '../../api/client.ts';
import { useCertificates } from '../../api/queries.ts';
import { renewalWords } from '../../model/renewal.ts';
import { Loading } from '../../shell/loading.tsx';
import { useNow } from '../../shell/now.ts';
import { NO_BANNER } from '../../shell/dialog.ts';
import { Problem } from '../../shell/problem.tsx';

interface RenewDialogProps {
  readonly name: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Says what a renewal does, and has it done. */
export function RenewDialog({ name, isOpen, onClose }: RenewDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={`Renew certificates of ${name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      attributes={NO_BANNER}
    >
      <Renewal name={name} />
    </Modal>
  );
}

function Renewal({ name }: { readonly name: string }): ReactNode {
  const { data, error } = useCertificates(name);
  const [which, setWhich] = useState('due');
  const now = useNow();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const renew = useMutation({
    mutationFn: async (dueOnly: boolean) => {
      const params = { path: { name }, header: { 'idempotency-key': crypto.randomUUID() } };
      return (await answerOf(client.POST('/v1/networks/{name}:renew', { params, body: { dueOnly } }))).data;
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries();
      await navigate(`/runs/${id}`);
    },
  });
  if (error !== null) return <Problem error={error} />;
  if (data === undefined) return <Loading />;
  const { due, all, endingWithCa } = renewalWords(data.certificates, now);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        renew.mutate(which === 'due');
      }}
    >
      <Stack gap="sm">
        <Text>
          A run issues new certificates for the keys that are there, and restarts one node after the other: each is away
          for some seconds.
        </Text>
        <Radio.Group label="Which" value={which} onChange={setWhich}>
          <Stack gap="xs" mt={4}>
            <Radio value="due" label="Those that are due" description={due} />
            <Radio value="all" label="All" description={all} />
          </Stack>
        </Radio.Group>
        {endingWithCa !== undefined && <Text size="sm">{endingWithCa}</Text>}
        {renew.error !== null && <Problem error={renew.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={renew.isPending}>
            Renew
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
