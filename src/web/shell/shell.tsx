import { Anchor, Button, Group, Text, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useRef, type ReactNode } from 'react';
import { Link } from 'react-router';

import { useReachable } from '../api/reachability.ts';
import { useMay, useSession, useSigning } from '../api/session.ts';

/** What stands around every view. */
export function Shell({ children }: { readonly children: ReactNode }): ReactNode {
  const isReachable = useReachable();
  const content = useRef<HTMLElement>(null);
  return (
    <>
      <a
        className="skip-link"
        href="#content"
        onClick={(event) => {
          // The address keeps the place within the page.
          event.preventDefault();
          content.current?.focus();
        }}
      >
        Skip to content
      </a>
      <header className="bar">
        <Group justify="space-between" gap="xs">
          <Group gap="md" wrap="nowrap">
            <Anchor component={Link} to="/" className="brand" underline="never">
              Weft
            </Anchor>
            <AuditLink />
          </Group>
          <Group gap="sm" wrap="nowrap">
            <SignedIn />
            <ColorSchemeSwitch />
          </Group>
        </Group>
      </header>
      {!isReachable && (
        <div className="unreachable" role="alert">
          The API does not answer. What is shown is from before; the page goes on trying.
        </div>
      )}
      <main id="content" ref={content} tabIndex={-1} className={isReachable ? 'content' : 'content stale'}>
        {children}
      </main>
    </>
  );
}

/** The audit, for those who may read it. */
function AuditLink(): ReactNode {
  if (!useMay('admin')) return null;
  return (
    <Anchor component={Link} to="/audit" size="sm">
      Audit
    </Anchor>
  );
}

/** Who is signed in, and out again where that is by a session of this browser. */
function SignedIn(): ReactNode {
  const { data: session } = useSession();
  const { signOut } = useSigning();
  if (session === undefined) return null;
  return (
    <>
      <Text size="sm" className="who">
        {session.name}
      </Text>
      {session.expiresAt !== undefined && (
        <Button size="xs" variant="default" onClick={() => void signOut()}>
          Sign out
        </Button>
      )}
    </>
  );
}

function ColorSchemeSwitch(): ReactNode {
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme('light') === 'light' ? 'dark' : 'light';
  return (
    <Button
      size="xs"
      variant="default"
      onClick={() => {
        setColorScheme(other);
      }}
    >
      {other === 'dark' ? 'Dark' : 'Light'} colours
    </Button>
  );
}
