/** A use case that takes time: it yields what there is to report meanwhile, and returns its result. */
export type Operation<Report, Result> = AsyncGenerator<Report, Result, undefined>;

/**
 * Carries an operation out to its end.
 *
 * @param onReport is given each report in turn
 * @throws what the operation throws
 */
export async function carryOut<Report, Result>(
  operation: Operation<Report, Result>,
  onReport: (report: Report) => void,
): Promise<Result> {
  for (;;) {
    const next = await operation.next();
    if (next.done === true) return next.value;
    onReport(next.value);
  }
}

/**
 * Makes an operation of work that reports by calling back. Whoever stops listening ends the work as well.
 *
 * @param work is given a signal that is aborted when nobody listens any more
 * @throws what the work throws
 */
export async function* reporting<Report, Result>(
  work: (report: (news: Report) => void, signal: AbortSignal) => Promise<Result>,
): Operation<Report, Result> {
  const left = new AbortController();
  const news: Report[] = [];
  const state: { ended?: PromiseSettledResult<Result>; wake: () => void } = { wake: () => undefined };
  const report = (item: Report): void => {
    news.push(item);
    state.wake();
  };
  const ended = Promise.allSettled([work(report, left.signal)]).then(([settled]) => {
    state.ended = settled;
    state.wake();
  });
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        state.wake = resolve;
      });
      yield* news.splice(0);
      // More may have come while the reader was busy.
      if (news.length > 0) continue;
      if (state.ended === undefined) await changed;
      else if (state.ended.status === 'fulfilled') return state.ended.value;
      else throw state.ended.reason;
    }
  } finally {
    left.abort();
    await ended;
  }
}
