import { Button, Group, Modal, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';

import { answerOf } from '../../../api-client/index.ts';
import { client } from '../../api/client.ts';
import { useTopology } from '../../api/topology.ts';
import { sizeInWords } from '../../model/topology.ts';
import { NO_BANNER } from '../../shell/dialog.ts';
import { Problem } from '../../shell/problem.tsx';

interface RemoveDialogProps {
  readonly name: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Says what goes with a network, and has it removed once its name was typed. */
export function RemoveDialog({ name, isOpen, onClose }: RemoveDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={`Remove ${name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      attributes={NO_BANNER}
    >
      <Removal name={name} />
    </Modal>
  );
}

function Removal({ name }: { readonly name: string }): ReactNode {
  const [typed, setTyped] = useState('');
  const [isDataKept, setDataKept] = useState(false);
  const { data } = useTopology(name);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: async () => {
      const query = { confirm: typed, keepData: isDataKept ? ('true' as const) : ('false' as const) };
      return (await answerOf(client.DELETE('/v1/networks/{name}', { params: { path: { name }, query } }))).data;
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries();
      await navigate(`/runs/${id}`);
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        remove.mutate();
      }}
    >
      <Stack gap="sm">
        <Text>
          There is no undo. {data !== undefined && `It is ${sizeInWords(data.topology)}. `}
          {isDataKept
            ? 'The volumes of peers, orderers and CAs stay, with the keys that go with them; all else that Weft made goes.'
            : 'All that Weft made for it goes: its keys, and the ledgers, too.'}{' '}
          Its runs and revisions are kept.
        </Text>
        <Switch
          label="Keep volumes and keys, so that it can come back"
          checked={isDataKept}
          onChange={({ currentTarget: { checked } }) => {
            setDataKept(checked);
          }}
        />
        <TextInput
          label={`Type ${name} to confirm`}
          autoComplete="off"
          value={typed}
          onChange={({ currentTarget: { value } }) => {
            setTyped(value);
          }}
        />
        {remove.error !== null && <Problem error={remove.error} />}
        <Group justify="flex-end">
          <Button type="submit" color="red" loading={remove.isPending} disabled={typed !== name}>
            Remove {name}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
