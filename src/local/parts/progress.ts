/** One line of progress while a part is obtained. */
export interface ProgressLine {
  /** The part and its version, such as `kubernetes 1.34.4`. */
  readonly part: string;
  /** What happens to it, such as `building kubelet`. */
  readonly text: string;
  /** Seconds since the work on this part began. */
  readonly seconds: number;
}

/** Receives progress as it happens; it must not throw. */
export type Report = (line: ProgressLine) => void;

/** Often enough to see that it is alive, rare enough to read in a log. */
const reportIntervalMs = 5_000;

/** @returns the line as text, such as `kubernetes 1.34.4: building kubelet, 1m12s` */
export function formatProgressLine(line: ProgressLine): string {
  return `${line.part}: ${line.text}, ${formatSeconds(line.seconds)}`;
}

/**
 * Does a piece of work and reports, at once and every few seconds, what it last said it was doing.
 *
 * @param work gets the function with which it says what it is doing now, and returns how it ended (`built`)
 */
export async function withProgress(
  report: Report,
  part: string,
  work: (say: (text: string) => void) => Promise<string>,
): Promise<void> {
  const start = Date.now();
  const line = (text: string): ProgressLine => ({ part, text, seconds: Math.round((Date.now() - start) / 1_000) });
  let doing: string | undefined;
  const timer = setInterval(() => {
    if (doing !== undefined) report(line(doing));
  }, reportIntervalMs);
  try {
    const outcome = await work((text) => {
      if (doing === undefined) report(line(text));
      doing = text;
    });
    if (doing !== undefined) report(line(outcome));
  } finally {
    clearInterval(timer);
  }
}

function formatSeconds(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}
