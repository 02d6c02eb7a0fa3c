import type { EventInput } from '../../database/index.ts';
import { masked } from './mask.ts';
import type { EventFacts, EventType } from './resource.ts';

/** Something that has happened. */
export interface EventDraft extends Omit<EventFacts, 'run'> {
  readonly type: EventType;
}

/** An event in the form in which it is kept. Nothing in it looks like a secret. */
export function eventInput({ type, ...facts }: EventDraft, time: Date): EventInput {
  const { message, condition } = facts;
  const data: Omit<EventFacts, 'run'> = {
    ...facts,
    ...(message === undefined ? {} : { message: masked(message) }),
    ...(condition === undefined ? {} : { condition: { ...condition, message: masked(condition.message) } }),
  };
  return { time, type, data };
}
