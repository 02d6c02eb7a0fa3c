import { z } from 'zod';

import { conditionSchema } from '../networks/condition.ts';

/*
 * What happens in runs and to networks. An event says how things are after it, not what to add to how they were: who missed one is right again with the next.
 */

export const EVENT_TYPES = [
  'run.started',
  'run.paused',
  'run.resumed',
  'run.finished',
  'step.started',
  'step.progress',
  'step.waiting',
  'step.retrying',
  'step.succeeded',
  'step.failed',
  'condition.changed',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** What an event says beside its place, its time and its type. */
export const eventFactsSchema = z.object({
  run: z.string().optional().describe('Id of the run; absent where it is about the network alone.'),
  state: z.string().optional().describe('Of run.finished: how the run ended, as `state` of a run has it.'),
  step: z.string().optional().describe('Name of the step, e.g. enrollIdentity.'),
  target: z.string().optional().describe('What the step is done to, e.g. org1/peer1.'),
  path: z
    .string()
    .optional()
    .describe('Which child workflow the step is of, e.g. org1/identities; empty for the run itself.'),
  attempt: z.int().optional().describe('Of a step: the attempt that runs, comes next or was the last, from 1.'),
  outcome: z.string().optional().describe('Of step.succeeded and step.failed: what the step did to its target.'),
  reason: z.string().optional().describe('One CamelCase word, e.g. ImagePullFailed; absent where there is none.'),
  message: z.string().optional().describe('For people: why it is so.'),
  nextRetryAt: z.string().optional().describe('Of step.retrying: when the next attempt begins.'),
  condition: conditionSchema.optional().describe('Of condition.changed: the condition as it is now.'),
});

export const eventSchema = eventFactsSchema
  .extend({
    seq: z.int().describe('Place in the list that was asked for: that of the run, or that of the network.'),
    time: z.string(),
    type: z.enum(EVENT_TYPES),
    network: z.string(),
  })
  .meta({ title: 'Event' });

export const eventListSchema = z
  .object({
    events: z.array(eventSchema).readonly(),
    last: z.int().describe('Place of the last event of the answer, or `after` where there is none: where to go on.'),
    more: z.boolean().describe('There are more events already.'),
    done: z.boolean().describe('The run has ended, and these are its last events; never of a network.'),
  })
  .meta({ title: 'EventList' });

/** What `event: reset` says: the place was too old, and what has happened since is to be seen in the snapshot. */
export const resetSchema = z.object({
  snapshot: z.string().describe('Path of the resource as it is now.'),
  last: z.int().describe('Events after this place follow.'),
});

export type EventFacts = z.infer<typeof eventFactsSchema>;
export type RunEvent = z.infer<typeof eventSchema>;
export type EventList = z.infer<typeof eventListSchema>;
