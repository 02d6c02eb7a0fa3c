import { Alert, Button, Checkbox, Code, Group, List, Paper, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';

import type { PlanOfChange } from '../../api/resources.ts';
import { planGroups } from '../../model/plan.ts';
import { TextDiff } from './text-diff.tsx';

/** What has to be agreed to beside the plan. */
export interface Agreement {
  readonly approveRemoval: boolean;
  readonly pruneData: boolean;
  readonly removeChannels: boolean;
}

interface PlanPanelProps {
  readonly plan: PlanOfChange;
  /** The description that the network has; undefined for one that is not there yet. */
  readonly before: string | undefined;
  readonly after: string;
  readonly isApplying: boolean;
  readonly onApply: (agreement: Agreement) => void;
}

const NOTHING_AGREED: Agreement = { approveRemoval: false, pruneData: false, removeChannels: false };

const AGREEMENTS = [
  { name: 'approveRemoval', label: 'Remove what the description no longer names' },
  { name: 'pruneData', label: 'Remove the ledgers of removed nodes, too' },
  { name: 'removeChannels', label: 'Remove channels that it no longer names; their names stay taken' },
] as const;

/** What a description would do, before it is done. */
export function PlanPanel({ plan, before, after, isApplying, onApply }: PlanPanelProps): ReactNode {
  const [agreed, setAgreed] = useState(NOTHING_AGREED);
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
        <Alert mt="sm" color="red" variant="outline" title="Something is removed, and there is no undo">
          Look at what is removed below, and agree to it before it is applied.
        </Alert>
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
      {before !== undefined && before !== after && (
        <>
          <Title order={3} size="h4" mt="md" mb="xs">
            Description
          </Title>
          <TextDiff before={before} after={after} />
        </>
      )}
      <Group mt="md" align="end" justify="space-between">
        <div>
          {loses &&
            AGREEMENTS.map(({ name, label }) => (
              <Checkbox
                key={name}
                mt="xs"
                label={label}
                checked={agreed[name]}
                onChange={({ currentTarget: { checked } }) => {
                  setAgreed({ ...agreed, [name]: checked });
                }}
              />
            ))}
        </div>
        <Button
          loading={isApplying}
          disabled={loses && !agreed.approveRemoval && !agreed.removeChannels}
          onClick={() => {
            onApply(agreed);
          }}
        >
          Apply
        </Button>
      </Group>
    </Paper>
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
