import type { Report } from '../../local/index.ts';

/** @returns a report that writes each line to stderr with the time since now, as `  3.2s  message` */
export function elapsedReport(quiet: boolean): Report {
  const start = Date.now();
  return (message) => {
    if (!quiet) process.stderr.write(`${elapsed(start).padStart(7)}  ${message}\n`);
  };
}

/** @returns the time since a moment, to the tenth of a second */
export function elapsed(start: number): string {
  const seconds = (Date.now() - start) / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  return `${Math.floor(seconds / 60)}m${String(Math.floor(seconds % 60)).padStart(2, '0')}s`;
}
