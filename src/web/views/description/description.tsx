import { Button, Group, List, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';

import { answerOf, AS_YAML } from '../../../api-client/index.ts';
import { client } from '../../api/client.ts';
import { useSchema, useValidation } from '../../api/queries.ts';
import type { Mistake } from '../../api/resources.ts';
import { describedName } from '../../model/plan.ts';
import { Problem } from '../../shell/problem.tsx';
import { Editor } from './editor.tsx';
import { PlanPanel, type Agreement } from './plan.tsx';

interface DescriptionEditorProps {
  /** The network as it is; undefined for one that is not there yet. */
  readonly current: { readonly name: string; readonly etag: string; readonly text: string } | undefined;
  readonly initial: string;
}

/** In milliseconds: who types on is not told of what is half written. */
const TYPING_MS = 400;

/** Writes a description, says what is wrong with it, plans it and has it applied. It never saves by itself. */
export function DescriptionEditor({ current, initial }: DescriptionEditorProps): ReactNode {
  const [text, setText] = useState(initial);
  const [shown, setShown] = useState<{ readonly mistake: Mistake }>();
  const [settled] = useDebouncedValue(text, TYPING_MS);
  const name = current?.name ?? describedName(settled);
  const schema = useSchema();
  const validation = useValidation(name, settled);
  const mistakes = validation.data?.errors ?? [];
  const queries = useQueryClient();
  const navigate = useNavigate();

  const plan = useMutation({
    mutationFn: async (planned: string) => {
      const params = { path: { name: name ?? '' }, header: { 'idempotency-key': crypto.randomUUID() } };
      const { data } = await answerOf(client.POST('/v1/networks/{name}:plan', { params, body: planned, ...AS_YAML }));
      return { plan: data, text: planned };
    },
  });
  const apply = useMutation({
    mutationFn: async ({ planned, agreement }: { readonly planned: string; readonly agreement: Agreement }) => {
      const { approveRemoval, pruneData, removeChannels } = agreement;
      const params = {
        path: { name: name ?? '' },
        header: { 'idempotency-key': crypto.randomUUID(), ...precondition(current?.etag) },
        query: {
          approveRemoval: flag(approveRemoval),
          pruneData: flag(pruneData),
          removeChannels: flag(removeChannels),
        },
      };
      const { data } = await answerOf(client.PUT('/v1/networks/{name}', { params, body: planned, ...AS_YAML }));
      // A plan is the answer to a dry run alone.
      if (!('id' in data)) throw new Error('the API has answered with a plan');
      return data;
    },
    onSuccess: async (run) => {
      await queries.invalidateQueries();
      await navigate(`/runs/${run.id}`);
    },
  });

  const planned = plan.data?.text === text ? plan.data : undefined;
  return (
    <>
      <Editor
        text={text}
        schema={schema.data}
        mistakes={mistakes}
        shown={shown}
        onChange={(after) => {
          setText(after);
        }}
      />
      <Group justify="space-between" mt="sm" align="start">
        <div aria-live="polite">
          <Mistakes
            mistakes={mistakes}
            isNamed={name !== undefined}
            isChecked={validation.data !== undefined && settled === text}
            onShow={(mistake) => {
              setShown({ mistake });
            }}
          />
        </div>
        <Button
          loading={plan.isPending}
          disabled={validation.data?.valid !== true || settled !== text}
          onClick={() => {
            plan.mutate(text);
          }}
        >
          Plan
        </Button>
      </Group>
      <Problems errors={[validation.error, plan.error, apply.error]} />
      {planned !== undefined && (
        <PlanPanel
          plan={planned.plan}
          before={current?.text}
          after={planned.text}
          isApplying={apply.isPending}
          onApply={(agreement) => {
            apply.mutate({ planned: planned.text, agreement });
          }}
        />
      )}
    </>
  );
}

function Problems({ errors }: { readonly errors: readonly (Error | null)[] }): ReactNode {
  return errors.map((error, place) => error !== null && <Problem key={place} error={error} />);
}

/** What the change is made to: the state that was seen, or nothing. */
function precondition(
  etag: string | undefined,
): { readonly 'if-match': string } | { readonly 'if-none-match': string } {
  return etag === undefined ? { 'if-none-match': '*' } : { 'if-match': etag };
}

function flag(isSet: boolean): 'true' | 'false' {
  return isSet ? 'true' : 'false';
}

interface MistakesProps {
  readonly mistakes: readonly Mistake[];
  readonly isNamed: boolean;
  readonly isChecked: boolean;
  readonly onShow: (mistake: Mistake) => void;
}

function Mistakes({ mistakes, isNamed, isChecked, onShow }: MistakesProps): ReactNode {
  if (!isNamed) return <Text size="sm">It has no name yet: begin with `name:`.</Text>;
  if (!isChecked) return null;
  if (mistakes.length === 0) return <Text size="sm">It is valid.</Text>;
  return (
    <>
      <Title order={2} size="h4">
        {mistakes.length === 1 ? 'A mistake' : `${mistakes.length} mistakes`}
      </Title>
      <List size="sm" listStyleType="none">
        {mistakes.map((mistake) => (
          <List.Item key={`${mistake.pointer ?? ''} ${mistake.detail}`}>
            <button
              type="button"
              className="mistake"
              onClick={() => {
                onShow(mistake);
              }}
            >
              {mistake.line !== undefined && `${mistake.line}:${mistake.column ?? 1} `}
              {mistake.detail}
            </button>
          </List.Item>
        ))}
      </List>
    </>
  );
}
