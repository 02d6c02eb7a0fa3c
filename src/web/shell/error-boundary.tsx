import { Component, type ReactNode } from 'react';

import { Problem } from './problem.tsx';

/** Shows a defect of the page in its place, so that there is never a blank page. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly error?: unknown }> {
  override state: { readonly error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (!('error' in this.state)) return this.props.children;
    return (
      <main className="lonely">
        <Problem
          error={this.state.error}
          retry={() => {
            window.location.reload();
          }}
        />
      </main>
    );
  }
}
