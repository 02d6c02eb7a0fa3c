import type { Session } from '../session.ts';

/** What takes less is over before anybody wonders. */
const SLOW_AFTER_MS = 2_000;

/** Tells what a command waits for, if it waits. */
export interface SlowNotice {
  /** What it waits for from now on, in words that stand alone, e.g. `waiting for the block`. */
  readonly now: (what: string) => void;
}

/** Carries out `work`; once it takes long, stderr says what it waits for, and each change of that. */
export async function withSlowNotice<Result>(
  { note }: Session,
  what: string,
  work: (notice: SlowNotice) => Promise<Result>,
): Promise<Result> {
  let current = what;
  let isSlow = false;
  const tell = (): void => {
    note(`… ${current}\n`);
  };
  const timer = setTimeout(() => {
    isSlow = true;
    tell();
  }, SLOW_AFTER_MS);
  try {
    return await work({
      now: (next) => {
        current = next;
        if (isSlow) tell();
      },
    });
  } finally {
    clearTimeout(timer);
  }
}
