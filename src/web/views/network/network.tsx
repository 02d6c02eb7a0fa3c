import { Group, Title } from '@mantine/core';
import { lazy, Suspense, type ReactNode } from 'react';
import { NavLink, Route, Routes, useParams } from 'react-router';

import { useNetwork } from '../../api/queries.ts';
import { readinessWord } from '../../model/states.ts';
import { Loading } from '../../shell/loading.tsx';
import { NotFound } from '../../shell/not-found.tsx';
import { Problem } from '../../shell/problem.tsx';
import { State } from '../../shell/state.tsx';
import { NetworkActions } from './actions.tsx';
import { Certificates } from './certificates.tsx';
import { History } from './history.tsx';
import { Overview } from './overview.tsx';

const NetworkDescription = lazy(() =>
  import('../description/network-description.tsx').then(({ NetworkDescription: view }) => ({ default: view })),
);

const Revisions = lazy(() => import('../revisions/revisions.tsx').then(({ Revisions: view }) => ({ default: view })));
const KeptPlan = lazy(() => import('../description/kept-plan.tsx').then(({ KeptPlan: view }) => ({ default: view })));

const TABS = [
  { path: '', label: 'Overview' },
  { path: '/certificates', label: 'Certificates' },
  { path: '/history', label: 'History' },
  { path: '/description', label: 'Description' },
  { path: '/revisions', label: 'Revisions' },
] as const;

/** A network, by one view after the other. */
export function NetworkView(): ReactNode {
  const { name = '' } = useParams();
  const { data: network, error, refetch } = useNetwork(name);
  return (
    <>
      <Group justify="space-between" mb="xs">
        <Group gap="md">
          <Title order={1} size="h2">
            {name}
          </Title>
          {network !== undefined && <State state={readinessWord(network.status.ready)} />}
        </Group>
        {network !== undefined && <NetworkActions network={network} />}
      </Group>
      <nav className="tabs" aria-label={`Views of ${name}`}>
        {TABS.map(({ path, label }) => (
          // From the root on: below a route with a splat, what is relative begins at the view that is shown.
          <NavLink key={path} to={`/networks/${name}${path}`} end>
            {label}
          </NavLink>
        ))}
      </nav>
      {error !== null && <Problem error={error} isShownBefore={network !== undefined} retry={() => void refetch()} />}
      {network === undefined && error === null && <Loading />}
      {network !== undefined && (
        <Suspense fallback={<Loading />}>
          <Routes>
            <Route index element={<Overview network={network} />} />
            <Route path="description" element={<NetworkDescription network={network} />} />
            <Route path="revisions" element={<Revisions name={name} />} />
            <Route path="plans/:plan" element={<KeptPlan network={network} />} />
            <Route path="certificates" element={<Certificates name={name} />} />
            <Route path="history" element={<History name={name} />} />
            <Route path="*" element={<NotFound />} />
          </Routes>
        </Suspense>
      )}
    </>
  );
}
