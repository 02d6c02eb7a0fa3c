import { Button, Code, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { useLocation } from 'react-router';

import { errorInWords, isUnauthenticated } from '../api/client.ts';
import { useSession, useSigning, useWaysToSignIn } from '../api/session.ts';
import { Loading } from './loading.tsx';
import { Problem } from './problem.tsx';

/** Shows the page to who is signed in, and to others how to. */
export function SignInGate({ children }: { readonly children: ReactNode }): ReactNode {
  const session = useSession();
  if (isUnauthenticated(session.error)) return <SignIn />;
  if (session.data !== undefined) return children;
  return (
    <main className="lonely">
      {session.error === null ? <Loading /> : <Problem error={session.error} retry={() => void session.refetch()} />}
    </main>
  );
}

function SignIn(): ReactNode {
  const [token, setToken] = useState('');
  const [refusal, setRefusal] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const { signIn } = useSigning();
  const { data: ways } = useWaysToSignIn();
  const { pathname, search } = useLocation();

  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setRefusal(undefined);
    try {
      await signIn(token.trim());
    } catch (error) {
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="lonely">
      <Paper withBorder p="lg">
        <form onSubmit={(event) => void send(event)}>
          <Stack>
            <Title order={1} size="h2">
              Sign in to Weft
            </Title>
            <PasswordInput
              label="Token"
              description="The server keeps you signed in by a cookie; the token itself is not kept."
              placeholder="weft_…"
              required
              autoComplete="off"
              value={token}
              error={refusal === undefined ? undefined : errorInWords(refusal).detail}
              onChange={(event) => {
                setToken(event.currentTarget.value);
                setRefusal(undefined);
              }}
            />
            <Button type="submit" loading={isBusy}>
              Sign in
            </Button>
            {ways?.oidc !== undefined && (
              <Button
                variant="default"
                component="a"
                href={`${ways.oidc}?returnTo=${encodeURIComponent(`${pathname}${search}`)}`}
              >
                Sign in at your issuer
              </Button>
            )}
            <Text size="sm" c="dimmed">
              Where the server runs, a token is made by <Code>weft token add NAME --role ROLE</Code>.
            </Text>
          </Stack>
        </form>
      </Paper>
    </main>
  );
}
