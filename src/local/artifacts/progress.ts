/** One line of progress while an artifact is obtained. */
export interface ProgressLine {
  /** The artifact and its version, such as `kubernetes 1.34.4`. */
  readonly artifact: string;
  /** What happens to it, such as `building kubelet`. */
  readonly text: string;
  /** Seconds since the work on this artifact began. */
  readonly seconds: number;
}

/** Receives progress as it happens; it must not throw. */
export type ReportProgress = (line: ProgressLine) => void;

/** Often enough to see that it is alive, rare enough to read in a log. */
const reportIntervalMs = 5_000;

/** @returns the line as text, such as `kubernetes 1.34.4: building kubelet, 1m12s` */
export function formatProgressLine(line: ProgressLine): string {
  return `${line.artifact}: ${line.text}, ${formatSeconds(line.seconds)}`;
}

/** What is being done: a text, or a function that tells it when it is asked for. It must not throw. */
export type Doing = string | (() => string);

/** Says what is being done from now on. */
export type Say = (doing: Doing) => void;

/**
 * Does a piece of work and reports, at once and every few seconds, what it last said it was doing.
 *
 * @param work says what it is doing, and returns how it ended (`built`)
 */
export async function withProgress(
  report: ReportProgress,
  artifact: string,
  work: (say: Say) => Promise<string>,
): Promise<void> {
  const start = Date.now();
  const reportNow = (doing: Doing): void => {
    const text = typeof doing === 'string' ? doing : doing();
    report({ artifact, text, seconds: Math.round((Date.now() - start) / 1_000) });
  };
  let doing: Doing | undefined;
  const timer = setInterval(() => {
    if (doing !== undefined) reportNow(doing);
  }, reportIntervalMs);
  try {
    const outcome = await work((next) => {
      if (doing === undefined) reportNow(next);
      doing = next;
    });
    reportNow(outcome);
  } finally {
    clearInterval(timer);
  }
}

function formatSeconds(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}
