import { Anchor, Button, Checkbox, Code, Group, List, Paper, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';

import type { PlanOfChange } from '../../api/resources.ts';
import { planGroups } from '../../model/plan.ts';
import { dateTime } from '../../model/times.ts';
import { Notice } from '../../shell/notice.tsx';
import { Problem } from '../../shell/problem.tsx';
import { movedSince, useApplication } from './application.ts';
import { TextDiff } from './text-diff.tsx';

interface PlanPanelProps {
  readonly plan: PlanOfChange;
  /** What the description was and would be; undefined where there is nothing to compare. */
  readonly texts: { readonly before: string; readonly after: string } | undefined;
  /** Plans the same once more. */
  readonly onPlanAgain: () => void;
}

/** What a description would do, before it is done. */
export function PlanPanel({ plan, texts, onPlanAgain }: PlanPanelProps): ReactNode {
  const groups = planGroups(plan.steps);
  const loses = groups.some(({ sign }) => sign === '-');
  const { created, updated, removed, unchanged } = plan.counts;
  return (
    <Paper withBorder p="md" mt="md">
      <Title order={2} size="h3">
        Plan
      </Title>
      <Text mt={4} role="status">
        {groups.length === 0
          ? 'The network is as the description says: nothing would be done.'
          : `${created} to create, ${updated} to change, ${removed} to remove; ${unchanged} stay as they are.`}
      </Text>
      {loses && (
        <Notice tone="bad" title="Something is removed, and there is no undo">
          Look at what is removed below before you agree to it.
        </Notice>
      )}
      {groups.map(({ sign, title, steps }) => (
        <section key={sign} className="plan-group">
          <Title order={3} size="h4" mt="md">
            {title}
          </Title>
          <ul className="plan-steps">
            {steps.map(({ step, target, reason }) => (
              <li key={`${step} ${target}`}>
                <span aria-hidden="true" className="plan-sign">
                  {sign}
                </span>
                <strong>{target}</strong> <span className="quiet">{step}</span>
                {reason === '' ? '' : `: ${reason}`}
              </li>
            ))}
          </ul>
        </section>
      ))}
      <Signatures plan={plan} />
      {plan.notices !== undefined && plan.notices.length > 0 && (
        <List mt="sm">
          {plan.notices.map((notice) => (
            <List.Item key={notice}>{notice}</List.Item>
          ))}
        </List>
      )}
      {texts !== undefined && texts.before !== texts.after && (
        <>
          <Title order={3} size="h4" mt="md" mb="xs">
            Description
          </Title>
          <TextDiff {...texts} />
        </>
      )}
      <PlanApplication plan={plan} loses={loses} onPlanAgain={onPlanAgain} />
    </Paper>
  );
}

interface PlanApplicationProps extends Pick<PlanPanelProps, 'plan' | 'onPlanAgain'> {
  /** Whether something is removed. */
  readonly loses: boolean;
}

/** Has just what a plan says be done, or tells that it no longer fits. */
function PlanApplication({ plan, loses, onPlanAgain }: PlanApplicationProps): ReactNode {
  const [isAgreed, setAgreed] = useState(false);
  const apply = useApplication(plan);
  const moved = apply.error === null ? undefined : movedSince(apply.error);
  const address = `/networks/${plan.network}/plans/${plan.id}`;
  return (
    <>
      <Group mt="md" align="end" justify="space-between">
        <Text size="sm">
          <Anchor component={Link} to={address} underline="always">
            This plan
          </Anchor>{' '}
          can be applied until {dateTime(plan.expiresAt)}, unless the network changes before.
        </Text>
        <Group>
          {loses && (
            <Checkbox
              label="Remove what the plan says is removed"
              checked={isAgreed}
              onChange={({ currentTarget: { checked } }) => {
                setAgreed(checked);
              }}
            />
          )}
          <Button
            loading={apply.isPending}
            disabled={loses && !isAgreed}
            onClick={() => {
              apply.mutate();
            }}
          >
            Apply
          </Button>
        </Group>
      </Group>
      {apply.error !== null && moved === undefined && <Problem error={apply.error} />}
      {moved !== undefined && (
        <Notice tone="attention" title="The plan no longer fits" role="alert">
          {moved.detail}
          {moved.steps.length > 0 && (
            <List size="sm" mt="xs">
              {moved.steps.map((step) => (
                <List.Item key={step}>{step}</List.Item>
              ))}
            </List>
          )}
          <Button mt="sm" size="xs" variant="default" onClick={onPlanAgain}>
            Plan again
          </Button>
        </Notice>
      )}
    </>
  );
}

function Signatures({ plan: { signatures = [] } }: { readonly plan: PlanOfChange }): ReactNode {
  if (signatures.length === 0) return null;
  return (
    <>
      <Title order={3} size="h4" mt="md">
        Signatures
      </Title>
      <List>
        {signatures.map(({ channel, signers, missing }) => (
          <List.Item key={channel}>
            {channel}: signed by {signers.join(', ') || 'nobody'}
            {missing.length > 0 && (
              <>
                , missing <Code>{missing.join(', ')}</Code>
              </>
            )}
          </List.Item>
        ))}
      </List>
    </>
  );
}
