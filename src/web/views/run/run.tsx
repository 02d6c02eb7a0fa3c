import { Anchor, Button, Code, Group, List, Paper, Progress, Switch, Text, Title } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';

import { useRun, useStepsUnderWay } from '../../api/queries.ts';
import type { RunWithSteps } from '../../api/resources.ts';
import { useRunEvents, type FollowedRun } from '../../api/run-events.ts';
import { useMay } from '../../api/session.ts';
import { runAnnouncements } from '../../model/announcements.ts';
import { isDone } from '../../model/step-groups.ts';
import { runWord } from '../../model/states.ts';
import { pollEveryMs, streamBanner } from '../../model/stream-state.ts';
import { dateTime, duration, secondsBetween } from '../../model/times.ts';
import { Announcer } from '../../shell/announcer.tsx';
import { Conditions } from '../../shell/conditions.tsx';
import { Loading } from '../../shell/loading.tsx';
import { Notice } from '../../shell/notice.tsx';
import { useNow } from '../../shell/now.ts';
import { Problem } from '../../shell/problem.tsx';
import { State } from '../../shell/state.tsx';
import { WorkerNotice } from '../../shell/worker-notice.tsx';
import { RunActions } from './actions.tsx';
import { RunSignatures } from './signatures.tsx';
import { StepDrawer, type StepInTable } from './step-drawer.tsx';
import { StepsTable } from './steps-table.tsx';

/** A run as it goes on: its steps, what they wait for, and what can be done about it. */
export function RunView(): ReactNode {
  const { id = '' } = useParams();
  const [everyMs, setEveryMs] = useState(pollEveryMs('connecting'));
  const { data, error, refetch } = useRun(id, everyMs);
  const followed = useRunEvents(id, data?.done === false ? data.lastEvent : undefined);
  const wantedMs = pollEveryMs(followed.state);
  if (wantedMs !== everyMs) setEveryMs(wantedMs);
  return (
    <>
      <title>{`${id} – Weft`}</title>
      {error !== null && <Problem error={error} isShownBefore={data !== undefined} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && <RunPage run={data} followed={followed} everyMs={everyMs} />}
    </>
  );
}

const KINDS: Readonly<Record<RunWithSteps['kind'], string>> = {
  up: 'Bring up',
  down: 'Remove',
  renew: 'Renew certificates of',
  plan: 'Plan',
};

interface RunPageProps {
  readonly run: RunWithSteps;
  readonly followed: FollowedRun;
  /** How often what goes on is asked for, in milliseconds. */
  readonly everyMs: number;
}

function RunPage({ run, followed, everyMs }: RunPageProps): ReactNode {
  const announced = useMemo(() => runAnnouncements(run), [run]);
  const underWay = useStepsUnderWay(run.id, run.done ? false : everyMs);
  const [shownStep, setShownStep] = useState<StepInTable>();
  const [search, setSearch] = useSearchParams();
  const isDoneHidden = search.get('done') === 'hidden';
  const mayAct = useMay('operator', { cluster: run.cluster, name: run.network });
  return (
    <>
      <Group justify="space-between" align="start">
        <div>
          <Title order={1} size="h2">
            {KINDS[run.kind]}{' '}
            <Anchor component={Link} to={`/networks/${run.network}`} inherit>
              {run.network}
            </Anchor>
          </Title>
          <RunFacts run={run} />
        </div>
        {!run.done && mayAct && <RunActions run={run} />}
      </Group>
      <Announcer parts={announced} />
      {!run.done && <PauseBanner run={run} />}
      <WorkerNotice missing={run.withoutWorker}>Its steps there wait for one.</WorkerNotice>
      {!run.done && <StreamBanner followed={followed} />}
      <RunProgress run={run} />
      {run.error !== undefined && <RunError error={run.error} />}
      <RunSignatures run={run} />
      {run.conditions !== undefined && (
        <>
          <Title order={2} size="h3" mt="lg" mb="xs">
            The network at its end
          </Title>
          <Conditions conditions={run.conditions} />
        </>
      )}
      <Group justify="space-between" mt="lg" mb="xs">
        <Title order={2} size="h3">
          Steps
        </Title>
        <Switch
          label="Hide what is done"
          checked={isDoneHidden}
          onChange={({ currentTarget: { checked } }) => {
            setSearch(checked ? { done: 'hidden' } : {}, { replace: true });
          }}
        />
      </Group>
      <StepsTable
        steps={run.steps}
        underWay={run.done ? [] : (underWay.data ?? [])}
        isDoneHidden={isDoneHidden}
        onOpen={setShownStep}
      />
      <StepDrawer
        run={run.id}
        shown={shownStep}
        onClose={() => {
          setShownStep(undefined);
        }}
      />
      {run.notices !== undefined && run.notices.length > 0 && (
        <List mt="md">
          {run.notices.map((notice) => (
            <List.Item key={notice}>{notice}</List.Item>
          ))}
        </List>
      )}
    </>
  );
}

function PauseBanner({ run: { paused } }: { readonly run: RunWithSteps }): ReactNode {
  if (paused === undefined) return null;
  return (
    <Notice tone="attention" title={`Paused by ${paused.by}`}>
      {paused.reason}
    </Notice>
  );
}

function StreamBanner({ followed: { state, heardAt } }: { readonly followed: FollowedRun }): ReactNode {
  const now = useNow();
  const banner = streamBanner(state, now.getTime() - heardAt);
  if (banner === undefined) return null;
  return (
    <Notice tone="attention" role="alert">
      {banner}
    </Notice>
  );
}

function RunFacts({ run }: { readonly run: RunWithSteps }): ReactNode {
  const now = useNow();
  const end = run.finishedAt === undefined ? now : new Date(run.finishedAt);
  return (
    <Group gap="md" mt={6}>
      <State state={runWord(run.state)} />
      <Code>{run.id}</Code>
      <Text size="sm">{duration(secondsBetween(run.startedAt, end))}</Text>
      <Text size="sm">started {dateTime(run.startedAt)}</Text>
      {run.requestedBy !== '' && <Text size="sm">by {run.requestedBy}</Text>}
      {run.revision !== undefined && <Text size="sm">revision {run.revision}</Text>}
    </Group>
  );
}

function RunProgress({ run: { steps, done } }: { readonly run: RunWithSteps }): ReactNode {
  if (done || steps.length === 0) return null;
  const finished = steps.filter(isDone).length;
  const text = `${finished} of ${steps.length} steps are done`;
  return (
    <>
      <Progress mt="md" value={(100 * finished) / steps.length} aria-label={text} />
      <Text size="sm" mt={4}>
        {text}
      </Text>
    </>
  );
}

function RunError({
  error: { type, message, remedies },
}: {
  readonly error: NonNullable<RunWithSteps['error']>;
}): ReactNode {
  return (
    <Paper withBorder p="md" mt="md" className="failure" role="alert">
      <Text fw={600} className="tone-bad">
        {type}
      </Text>
      <Text mt={4} className="wrap-anywhere">
        {message}
      </Text>
      {remedies.length > 0 && (
        <List mt="xs">
          {remedies.map((remedy) => (
            <List.Item key={remedy}>{remedy}</List.Item>
          ))}
        </List>
      )}
      <CopyButton text={[`${type}: ${message}`, ...remedies].join('\n')} />
    </Paper>
  );
}

function CopyButton({ text }: { readonly text: string }): ReactNode {
  return (
    <Button mt="sm" size="xs" variant="default" onClick={() => void navigator.clipboard.writeText(text)}>
      Copy the error
    </Button>
  );
}
