import type { ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router';

import { usePlan } from '../../api/queries.ts';
import type { NetworkWithSpec } from '../../api/resources.ts';
import { Loading } from '../../shell/loading.tsx';
import { Problem } from '../../shell/problem.tsx';
import { PlanPanel } from './plan.tsx';

/** A plan that somebody has made, for those whom they show it to. */
export function KeptPlan({ network: { metadata } }: { readonly network: NetworkWithSpec }): ReactNode {
  const { plan = '' } = useParams();
  const { data, error } = usePlan(metadata.name, plan);
  const navigate = useNavigate();
  return (
    <>
      <title>{`Plan of ${metadata.name} – Weft`}</title>
      {error !== null && <Problem error={error} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <PlanPanel
          plan={data}
          texts={undefined}
          onPlanAgain={() => {
            void navigate(`/networks/${metadata.name}/description`);
          }}
        />
      )}
    </>
  );
}
