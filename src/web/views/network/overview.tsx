import { Anchor, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import type { NetworkWithSpec } from '../../api/resources.ts';
import { useTopology } from '../../api/topology.ts';
import type { NetworkTopology } from '../../model/topology.ts';
import { Conditions } from '../../shell/conditions.tsx';
import { Notice } from '../../shell/notice.tsx';
import { ObservationLine } from '../../shell/observation-line.tsx';
import { Problem } from '../../shell/problem.tsx';
import { WorkerNotice } from '../../shell/worker-notice.tsx';
import { TopologySection } from './topology-section.tsx';

/** How a network is. */
export function Overview({ network: { metadata, status } }: { readonly network: NetworkWithSpec }): ReactNode {
  const { data, error } = useTopology(metadata.name);
  return (
    <>
      <title>{`${metadata.name} – Weft`}</title>
      {data?.run !== undefined && (
        <Text mt="sm">
          A run works on it:{' '}
          <Anchor component={Link} to={`/runs/${data.run}`} underline="always">
            {data.run}
          </Anchor>
        </Text>
      )}
      {data?.run !== undefined && <AwaitedSignaturesNote run={data.run} topology={data.topology} />}
      <WorkerNotice missing={status.withoutWorker}>
        What runs there stays as it is; nothing can be changed before there is one.
      </WorkerNotice>
      {error !== null && <Problem error={error} isShownBefore={data !== undefined} />}
      {data !== undefined && <ObservationLine observation={data.observation} />}
      <Title order={2} size="h3" mt="md" mb="xs">
        Conditions
      </Title>
      {status.conditions.length === 0 ? <Text>None is known yet.</Text> : <Conditions conditions={status.conditions} />}
      {data !== undefined && data.topology.organizations.length > 0 && (
        <TopologySection network={metadata.name} topology={data.topology} />
      )}
    </>
  );
}

interface AwaitedSignaturesNoteProps {
  readonly run: string;
  readonly topology: NetworkTopology;
}

/** Says that a run waits for people, which it may do for days. */
function AwaitedSignaturesNote({ run, topology }: AwaitedSignaturesNoteProps): ReactNode {
  const waiting = topology.channels.filter(({ work }) => work?.step === 'awaitSignatures');
  if (waiting.length === 0) return null;
  return (
    <Notice tone="attention" title="Signatures are awaited">
      {waiting.map(({ name }) => name).join(', ')}:{' '}
      <Anchor component={Link} to={`/runs/${run}`} underline="always">
        who has to sign
      </Anchor>
    </Notice>
  );
}
