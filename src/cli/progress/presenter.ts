import { EMPTY_VIEW, type RunView } from '../../client/index.ts';
import type { Session } from '../session.ts';
import { aliveChange, changesBetween, isNews, type Change } from './changes.ts';
import { jsonLine, plainLine } from './lines.ts';
import { renderTree } from './tree.ts';

/** Shows a run while it goes on, in one of the four ways. */
export interface Presenter {
  /** Shows the latest view; called again with the same one to keep the clock going. */
  show(view: RunView): void;
  /** Takes away what is not to stay on the screen. */
  end(): void;
}

/** Without a word for longer than this, a reader or a CI system thinks that the run hangs. */
const ALIVE_INTERVAL_MS = 30_000;

/** Rows of a terminal that does not tell its height. */
const USUAL_ROWS = 24;
const USUAL_COLUMNS = 80;

/** @param title - what is done to what, e.g. `Bringing up test-network on local`. */
export function presenterFor(session: Session, title: string): Presenter {
  switch (session.progress) {
    case 'tty':
      return treePresenter(session, title);
    case 'plain':
      return linePresenter(session, title, (change, time) => (isNews(change) ? plainLine(change, time) : undefined));
    case 'json':
      return linePresenter(session, title, jsonLine);
    case 'quiet':
      return { show: () => undefined, end: () => undefined };
  }
}

function treePresenter({ terminal, now, palette }: Session, title: string): Presenter {
  const started = now();
  return {
    show: (view) => {
      const { rows = USUAL_ROWS, columns = USUAL_COLUMNS } = terminal.size();
      const elapsedSeconds = (now().getTime() - started.getTime()) / 1000;
      terminal.redraw(renderTree(view, { title, elapsedSeconds, rows, columns, now: now(), palette }));
    },
    end: () => {
      terminal.clear();
    },
  };
}

function linePresenter(
  { terminal, now }: Session,
  title: string,
  line: (change: Change, time: Date) => string | undefined,
): Presenter {
  let shown = EMPTY_VIEW;
  let lastWord = now();
  const write = (changes: readonly Change[]): void => {
    const time = now();
    const lines = changes.flatMap((change) => line(change, time) ?? []);
    for (const text of lines) terminal.err(`${text}\n`);
    if (lines.length > 0) lastWord = time;
  };
  write([{ word: 'start', subject: title, fields: {} }]);
  return {
    show: (view) => {
      write(changesBetween(shown, view, now()));
      shown = view;
      if (now().getTime() - lastWord.getTime() >= ALIVE_INTERVAL_MS) write([aliveChange(view, now())]);
    },
    end: () => undefined,
  };
}
