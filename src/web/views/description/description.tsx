import { Button, Checkbox, Group, List, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';

import { answerOf, AS_YAML } from '../../../api-client/index.ts';
import { client } from '../../api/client.ts';
import { useSchema, useValidation } from '../../api/queries.ts';
import type { Mistake } from '../../api/resources.ts';
import { useMay } from '../../api/session.ts';
import { describedName } from '../../model/plan.ts';
import { Problem } from '../../shell/problem.tsx';
import { Editor } from './editor.tsx';
import { PlanPanel } from './plan.tsx';

interface DescriptionEditorProps {
  /** The network as it is; undefined for one that is not there yet. */
  readonly current: { readonly cluster: string; readonly name: string; readonly text: string } | undefined;
  readonly initial: string;
}

/** What a plan is made for. */
interface PlannedText {
  readonly text: string;
  /** Whether the ledgers of nodes that it removes go, too. */
  readonly pruneData: boolean;
}

/** In milliseconds: who types on is not told of what is half written. */
const TYPING_MS = 400;

/** Writes a description, says what is wrong with it, plans it and has the plan applied. It never saves by itself. */
export function DescriptionEditor({ current, initial }: DescriptionEditorProps): ReactNode {
  const [text, setText] = useState(initial);
  const [shown, setShown] = useState<{ readonly mistake: Mistake }>();
  const [settled] = useDebouncedValue(text, TYPING_MS);
  const name = current?.name ?? describedName(settled);
  const schema = useSchema();
  const { data: validation, error } = useValidation(name, settled);
  const mistakes = validation?.errors ?? [];
  const isChecked = validation !== undefined && settled === text;
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
      <div aria-live="polite" className="below-editor">
        <Mistakes
          mistakes={mistakes}
          isNamed={name !== undefined}
          isChecked={isChecked}
          onShow={(mistake) => {
            setShown({ mistake });
          }}
        />
      </div>
      {error !== null && <Problem error={error} />}
      <Planning name={name ?? ''} current={current} text={text} isValid={isChecked && validation.valid} />
    </>
  );
}

interface PlanningProps extends Pick<DescriptionEditorProps, 'current'> {
  /** The name that the description gives the network. */
  readonly name: string;
  readonly text: string;
  readonly isValid: boolean;
}

/** Plans what is written, and has the plan applied; what is written on after that is to be planned anew. */
function Planning({ name, current, text, isValid }: PlanningProps): ReactNode {
  const [pruneData, setPruneData] = useState(false);
  const mayPlan = useMay('operator', current ?? { name, cluster: undefined });
  const change: PlannedText = { text, pruneData };
  const plan = useMutation({
    mutationFn: async ({ text: body, pruneData: prunes }: PlannedText) => {
      const params = {
        path: { name },
        header: { 'idempotency-key': crypto.randomUUID() },
        query: { pruneData: prunes ? ('true' as const) : ('false' as const) },
      };
      return (await answerOf(client.POST('/v1/networks/{name}:plan', { params, body, ...AS_YAML }))).data;
    },
  });
  if (!mayPlan) return <Text size="sm">To plan a change takes the role operator.</Text>;
  const isPlanned = plan.variables?.text === text && plan.variables.pruneData === pruneData;
  return (
    <>
      <Group justify="flex-end" mt="sm">
        {current !== undefined && (
          <Checkbox
            label="With the ledgers of nodes that it removes"
            checked={pruneData}
            onChange={({ currentTarget: { checked } }) => {
              setPruneData(checked);
            }}
          />
        )}
        <Button
          loading={plan.isPending}
          disabled={!isValid}
          onClick={() => {
            plan.mutate(change);
          }}
        >
          Plan
        </Button>
      </Group>
      {plan.error !== null && <Problem error={plan.error} />}
      {plan.data !== undefined && isPlanned && (
        <PlanPanel
          key={plan.data.id}
          plan={plan.data}
          texts={current && { before: current.text, after: text }}
          onPlanAgain={() => {
            plan.mutate(change);
          }}
        />
      )}
    </>
  );
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
