import { createTheme, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, type ReactNode } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';

import { queryClient } from './api/query-client.ts';
import { ErrorBoundary } from './shell/error-boundary.tsx';
import { Loading } from './shell/loading.tsx';
import { NotFound } from './shell/not-found.tsx';
import { Shell } from './shell/shell.tsx';
import { SignInGate } from './shell/sign-in.tsx';
import { styleNonce } from './style-nonce.ts';
import { NetworksView } from './views/networks/networks.tsx';

// Each view is loaded when it is shown first: graph and editor weigh more than everything else together.
const NetworkView = lazy(() =>
  import('./views/network/network.tsx').then(({ NetworkView: view }) => ({ default: view })),
);
const RunView = lazy(() => import('./views/run/run.tsx').then(({ RunView: view }) => ({ default: view })));
const AuditView = lazy(() => import('./views/audit/audit.tsx').then(({ AuditView: view }) => ({ default: view })));
const NewNetwork = lazy(() =>
  import('./views/description/new-network.tsx').then(({ NewNetwork: view }) => ({ default: view })),
);

const theme = createTheme({
  primaryColor: 'blue',
  // White on the default shade has less contrast than 4.5:1.
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'sm',
  respectReducedMotion: true,
});

export function App(): ReactNode {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <QueryClientProvider client={queryClient}>
        <BrowserRouter>
          <ErrorBoundary>
            <SignInGate>
              <Shell>
                <Suspense fallback={<Loading />}>
                  <Routes>
                    <Route index element={<NetworksView />} />
                    {/* Where links of `weft api` lead to: whoever is signed in goes on. */}
                    <Route path="sign-in" element={<Navigate to="/" replace />} />
                    <Route path="new" element={<NewNetwork />} />
                    <Route path="networks/:name/*" element={<NetworkView />} />
                    <Route path="audit" element={<AuditView />} />
                    <Route path="runs/:id" element={<RunView />} />
                    <Route path="*" element={<NotFound />} />
                  </Routes>
                </Suspense>
              </Shell>
            </SignInGate>
          </ErrorBoundary>
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  );
}
