import { Anchor, Button, Group, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useRef, type ReactNode } from 'react';
import { Link } from 'react-router';

import { useReachable } from '../api/reachability.ts';

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
        <Group justify="space-between" wrap="nowrap">
          <Anchor component={Link} to="/" className="brand" underline="never">
            Weft
          </Anchor>
          <ColorSchemeSwitch />
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
