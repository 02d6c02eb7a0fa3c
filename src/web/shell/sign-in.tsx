import { Button, Code, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode, type SubmitEvent } from 'react';

import { isUnauthenticated } from '../api/client.ts';
import { credentials } from '../api/credentials.ts';
import { useSignedIn } from '../api/queries.ts';
import { Loading } from './loading.tsx';
import { Problem } from './problem.tsx';

/** Shows the page to who is signed in, and to others how to. */
export function SignInGate({ children }: { readonly children: ReactNode }): ReactNode {
  const signedIn = useSignedIn();
  if (isUnauthenticated(signedIn.error)) return <SignIn />;
  if (signedIn.data === true) return children;
  return (
    <main className="lonely">
      {signedIn.error === null ? <Loading /> : <Problem error={signedIn.error} retry={() => void signedIn.refetch()} />}
    </main>
  );
}

function SignIn(): ReactNode {
  const queries = useQueryClient();
  const [token, setToken] = useState('');
  const [isRefused, setRefused] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const signedIn = useSignedIn();

  const signIn = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    credentials.use(token.trim());
    const { error } = await signedIn.refetch();
    setBusy(false);
    if (error === null) {
      await queries.invalidateQueries();
      return;
    }
    credentials.use(undefined);
    setRefused(true);
  };

  return (
    <main className="lonely">
      <Paper withBorder p="lg">
        <form onSubmit={(event) => void signIn(event)}>
          <Stack>
            <Title order={1} size="h2">
              Sign in to Weft
            </Title>
            <PasswordInput
              label="Token"
              description="It stays in this window, and is forgotten when the window is closed or loaded anew."
              placeholder="weft_…"
              required
              autoComplete="off"
              value={token}
              error={isRefused ? 'The token is not known, or was revoked.' : undefined}
              onChange={(event) => {
                setToken(event.currentTarget.value);
                setRefused(false);
              }}
            />
            <Button type="submit" loading={isBusy}>
              Sign in
            </Button>
            <Text size="sm" c="dimmed">
              Where the server runs, a token is made by <Code>weft token add NAME --role ROLE</Code>.
            </Text>
          </Stack>
        </form>
      </Paper>
    </main>
  );
}
