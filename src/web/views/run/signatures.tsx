import { Button, Code, FileButton, Group, List, Paper, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { answerOf } from '../../../api-client/index.ts';
import { client } from '../../api/client.ts';
import { useSignatures } from '../../api/queries.ts';
import type { RunWithSteps, UpdateToBeSigned } from '../../api/resources.ts';
import { useMay } from '../../api/session.ts';
import { envelopeBytes, envelopeText } from '../../model/envelope.ts';
import { Problem } from '../../shell/problem.tsx';

interface RunSignaturesProps {
  readonly run: RunWithSteps;
}

/** The changes of channels that wait for organizations outside of the description: who has signed, and how the others do. */
export function RunSignatures({ run }: RunSignaturesProps): ReactNode {
  const isWaiting =
    !run.done && run.steps.some(({ step, outcome }) => step === 'awaitSignatures' && outcome === 'running');
  const { data: updates = [], error } = useSignatures(run.id, isWaiting);
  if (!isWaiting) return null;
  return (
    <section aria-label="Signatures">
      <Title order={2} size="h3" mt="lg" mb="xs">
        Signatures that it waits for
      </Title>
      {error !== null && <Problem error={error} />}
      {updates.map((update) => (
        <AwaitedUpdate key={update.channel} run={run} update={update} />
      ))}
    </section>
  );
}

interface AwaitedUpdateProps extends RunSignaturesProps {
  readonly update: UpdateToBeSigned;
}

function AwaitedUpdate({ run, update }: AwaitedUpdateProps): ReactNode {
  const { channel, changes, awaited, signedBy, unmet } = update;
  const file = `${run.network}-${channel}.pb`;
  const queries = useQueryClient();
  const mayHandIn = useMay('operator', { cluster: run.cluster, name: run.network });
  const handIn = useMutation({
    mutationFn: async (signed: File) => {
      const envelope = envelopeText(new Uint8Array(await signed.arrayBuffer()));
      const params = { path: { id: run.id }, header: { 'idempotency-key': crypto.randomUUID() } };
      return (await answerOf(client.POST('/v1/runs/{id}/signatures', { params, body: { envelope } }))).data;
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['run', run.id] }),
  });
  return (
    <Paper withBorder p="md" mb="sm">
      <Title order={3} size="h4">
        {channel}
      </Title>
      <Text mt={4} className="wrap-anywhere">
        {changes}
      </Text>
      <dl className="facts">
        <dt>Still awaited</dt>
        <dd>{awaited.join(', ') || 'nobody'}</dd>
        <dt>Have signed</dt>
        <dd>{signedBy.join(', ') || 'nobody'}</dd>
      </dl>
      {unmet.length > 0 && (
        <List size="sm" mt="xs">
          {unmet.map((policy) => (
            <List.Item key={policy}>{policy}</List.Item>
          ))}
        </List>
      )}
      <Text size="sm" mt="sm">
        Whoever has to sign does so with <Code>{`weft sign ${file} --as ORG --network NETWORK`}</Code> or{' '}
        <Code>{`peer channel signconfigtx -f ${file}`}</Code>, and hands the file in here.
      </Text>
      <Group mt="sm" gap="xs">
        <Button
          variant="default"
          aria-label={`Download the update of ${channel}`}
          onClick={() => {
            download(file, update.envelope);
          }}
        >
          Download the update
        </Button>
        {mayHandIn && (
          <FileButton
            onChange={(signed) => {
              if (signed !== null) handIn.mutate(signed);
            }}
            inputProps={{ 'aria-label': `Signed update of ${channel}` }}
          >
            {(props) => (
              <Button {...props} loading={handIn.isPending}>
                Hand in a signed one
              </Button>
            )}
          </FileButton>
        )}
      </Group>
      <Text size="sm" mt="xs" role="status">
        {handIn.data !== undefined && `Taken: ${handIn.data.added.join(', ')}`}
      </Text>
      {handIn.error !== null && <Problem error={handIn.error} />}
    </Paper>
  );
}

/** Has the browser keep an envelope as a file. */
function download(file: string, envelope: string): void {
  const url = URL.createObjectURL(new Blob([envelopeBytes(envelope)], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file;
  link.click();
  URL.revokeObjectURL(url);
}
