/** What a history tells about the machine that it was recorded on, by field, and what takes its place. */
const MACHINE: Readonly<Record<string, string>> = {
  // `pid@hostname`
  identity: 'worker',
  // Paths of files.
  stackTrace: '',
  buildId: 'recorded',
};

/**
 * The same history without traces of the machine. One event per line, so that a difference can be read.
 *
 * @param json a history as `historyToJSON` and `temporal workflow show --output json` give it
 */
export function withoutMachine(json: string): string {
  const { events } = JSON.parse(json, (key, value: unknown) => {
    if (isSticky(value)) return { ...value, name: 'sticky' };
    return typeof value === 'string' ? (MACHINE[key] ?? value) : value;
  }) as { events: unknown[] };
  return `{"events":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`;
}

/** A task queue that a worker's process names after itself. */
function isSticky(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'TASK_QUEUE_KIND_STICKY';
}
