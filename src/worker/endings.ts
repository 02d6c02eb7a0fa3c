/** Signals that end a worker. */
export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGUSR2';

/** How a worker is told to end, see `WorkerSettings`. */
export interface Endings {
  readonly stop: AbortSignal;
  readonly drain: AbortSignal;
  readonly onSignal: (signal: EndingSignal) => void;
}

/**
 * What the signals of a worker's process mean. SIGTERM, with which pods and services end, drains first: a rolling update
 * starts the next version before it ends this one. A second one, or Ctrl-C, stops at once. SIGUSR2 only drains, however
 * often it comes.
 */
export function endings(): Endings {
  const stop = new AbortController();
  const drain = new AbortController();
  return {
    stop: stop.signal,
    drain: drain.signal,
    onSignal: (signal) => {
      if (signal === 'SIGINT' || (signal === 'SIGTERM' && drain.signal.aborted)) stop.abort();
      else drain.abort();
    },
  };
}
