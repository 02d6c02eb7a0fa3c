import { z } from 'zod';

/*
 * A run's history as `temporal workflow show --output json` prints it: what scripts/replay.ts reads of it.
 */

const payload = z.looseObject({ data: z.base64() });

const event = z.looseObject({
  eventId: z.string(),
  eventType: z.string(),
  userMetadata: z.looseObject({ summary: payload.optional() }).optional(),
});

const start = z.looseObject({
  workflowExecutionStartedEventAttributes: z.looseObject({
    workflowId: z.string(),
    workflowType: z.looseObject({ name: z.string() }),
  }),
});

const stored = z.looseObject({ events: z.array(event).min(1) });

export type HistoryEvent = z.infer<typeof event>;

export interface StoredHistory {
  readonly events: readonly HistoryEvent[];
  readonly start: { readonly workflowId: string; readonly workflowType: string };
}

/**
 * Reads a stored history.
 *
 * @param text JSON
 * @throws Error when it is no history of a workflow from its first event on
 */
export function historyOf(text: string): StoredHistory {
  const history = stored.safeParse(JSON.parse(text));
  const started = start.safeParse(history.data?.events[0]);
  if (!history.success || !started.success) throw new Error('it does not begin with the start of a workflow');
  const { events } = history.data;
  const first = started.data.workflowExecutionStartedEventAttributes;
  return { events, start: { workflowId: first.workflowId, workflowType: first.workflowType.name } };
}

/**
 * Finds how many events it takes until a replay fails; with more events it fails as well.
 *
 * @param length number of events with which it is known to fail
 * @param fails replays that many events from the first on
 */
export async function firstFailing(length: number, fails: (events: number) => Promise<boolean>): Promise<number> {
  let [passing, failing] = [0, length];
  while (failing - passing > 1) {
    const middle = Math.floor((passing + failing) / 2);
    if (await fails(middle)) failing = middle;
    else passing = middle;
  }
  return failing;
}

/** Says in one line what an event is about: `event 11, activity task scheduled: awaitRollout org1/ca`. */
export function describeEvent(event: HistoryEvent): string {
  const kind = event.eventType.replace('EVENT_TYPE_', '').replaceAll('_', ' ').toLowerCase();
  const about = [typeNameOf(event), summaryOf(event)].filter((word) => word !== undefined).join(' ');
  return `event ${event.eventId}, ${kind}${about === '' ? '' : `: ${about}`}`;
}

const attributes = z.union([
  z.looseObject({ activityType: z.looseObject({ name: z.string() }) }).transform((a) => a.activityType.name),
  z.looseObject({ workflowType: z.looseObject({ name: z.string() }) }).transform((a) => a.workflowType.name),
  z.looseObject({ signalName: z.string() }).transform((a) => a.signalName),
]);

/** The name of the activity, child workflow or signal that an event is about. */
function typeNameOf(event: HistoryEvent): string | undefined {
  const key = Object.keys(event).find((name) => name.endsWith('EventAttributes'));
  return key === undefined ? undefined : attributes.safeParse(event[key]).data;
}

/** The label that Weft gave a step; a payload codec keeps it from being read here. */
function summaryOf({ userMetadata }: HistoryEvent): string | undefined {
  if (userMetadata?.summary === undefined) return undefined;
  try {
    const summary: unknown = JSON.parse(Buffer.from(userMetadata.summary.data, 'base64').toString('utf8'));
    return typeof summary === 'string' ? summary : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What a failed replay says is different, without the layers of messages that it comes in. */
export function differenceIn(message: string): string {
  const failure = /message: "(?:\[\w+\] )?(?<difference>(?:[^"\\]|\\.)*)"/.exec(message);
  return failure?.groups?.['difference']?.replace('Nondeterminism error: ', '') ?? message;
}
