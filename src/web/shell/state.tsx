import type { ReactNode } from 'react';

import type { Shape, StateWord } from '../model/states.ts';

/** Outlines on a square of 16, drawn in the colour of the text around them. */
const OUTLINES: Readonly<Record<Shape, ReactNode>> = {
  check: (
    <>
      <circle cx="8" cy="8" r="6.5" />
      <path d="M5 8.2l2.1 2.1L11 6" />
    </>
  ),
  warning: (
    <>
      <path d="M8 1.8L14.8 14H1.2z" />
      <path d="M8 6v3.6M8 11.6v.4" />
    </>
  ),
  cross: (
    <>
      <path d="M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2z" />
      <path d="M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6" />
    </>
  ),
  half: (
    <>
      <circle cx="8" cy="8" r="6.5" />
      <path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" />
    </>
  ),
  hourglass: <path d="M3.5 1.5h9M3.5 14.5h9M4.5 1.5c0 5 7 8 7 13M11.5 1.5c0 5-7 8-7 13" />,
  repeat: <path d="M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 1.5V5H10" />,
  pause: <path d="M5 2.5v11M11 2.5v11" strokeWidth="2.6" />,
  dashed: (
    <>
      <circle cx="8" cy="8" r="6.5" strokeDasharray="2.4 2" />
      <path d="M6.2 6.4c0-2.4 3.6-2.4 3.6 0 0 1.6-1.8 1.5-1.8 3M8 11.4v.4" />
    </>
  ),
  minus: (
    <>
      <circle cx="8" cy="8" r="6.5" />
      <path d="M5 8h6" />
    </>
  ),
  square: <rect x="2.5" y="2.5" width="11" height="11" />,
};

export function StateIcon({ shape, tone }: Pick<StateWord, 'shape' | 'tone'>): ReactNode {
  return (
    <svg className={`state-icon tone-${tone}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {OUTLINES[shape]}
    </svg>
  );
}

/** A state by shape, colour and word. */
export function State({ state }: { readonly state: StateWord }): ReactNode {
  return (
    <span className={`state tone-${state.tone}`}>
      <StateIcon shape={state.shape} tone={state.tone} />
      <span>{state.word}</span>
    </span>
  );
}
