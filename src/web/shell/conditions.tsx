import type { ReactNode } from 'react';

import type { ConditionOfNetwork } from '../api/resources.ts';
import { readinessWord } from '../model/states.ts';
import { Help } from './help.tsx';
import { State } from './state.tsx';

interface ConditionsProps {
  readonly conditions: readonly ConditionOfNetwork[];
}

/** The conditions of a network: those that want attention, and the others behind their number. */
export function Conditions({ conditions }: ConditionsProps): ReactNode {
  const met = conditions.filter(({ status }) => status === 'True');
  return (
    <>
      <ConditionsList conditions={conditions.filter(({ status }) => status !== 'True')} />
      {met.length > 0 && (
        <details className="met-conditions">
          <summary>
            {met.length} of {conditions.length} conditions are met
          </summary>
          <ConditionsList conditions={met} />
        </details>
      )}
    </>
  );
}

function ConditionsList({ conditions }: ConditionsProps): ReactNode {
  if (conditions.length === 0) return null;
  return (
    <ul className="conditions">
      {conditions.map(({ type, status, message, remedies }) => (
        <li key={type}>
          <State state={readinessWord(status)} />
          <strong>{type}</strong>
          <span className="wrap-anywhere">
            {message}
            <Help remedies={remedies ?? []} />
          </span>
        </li>
      ))}
    </ul>
  );
}
