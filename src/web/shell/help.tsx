import type { ReactNode } from 'react';

/** What helps, a line each; nothing where nothing is known to. */
export function Help({ remedies }: { readonly remedies: readonly string[] }): ReactNode {
  return remedies.map((remedy) => (
    <span key={remedy} className="remedy">
      {remedy}
    </span>
  ));
}
