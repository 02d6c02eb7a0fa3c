import { answerOf, type paths } from '../../api-client/index.ts';
import type { ScheduleAccess, ShownSchedule } from '../network/schedule.ts';
import { onceOnly, unlessRefused, type ApiConnection } from './connection.ts';

type ServedSchedule = paths['/v1/networks/{name}/schedule']['get']['responses'][200]['content']['application/json'];

/** The schedule of a network, by a service. */
export function scheduleOfServed({ client }: ApiConnection, network: string): ScheduleAccess {
  const path = { name: network };
  const put = (body: { everySeconds?: number; heal?: boolean; paused?: boolean }): Promise<{ data: ServedSchedule }> =>
    answerOf(client.PUT('/v1/networks/{name}/schedule', { params: { path, header: onceOnly() }, body }));
  return {
    put: ({ everyMs, heal }) => put({ everySeconds: everyMs / 1000, heal }),
    pause: async () => (await unlessMissing(put({ paused: true }))) !== undefined,
    resume: async () => (await unlessMissing(put({ paused: false }))) !== undefined,
    delete: async () => {
      const deleted = answerOf(client.DELETE('/v1/networks/{name}/schedule', { params: { path } }));
      return (await unlessMissing(deleted)) !== undefined;
    },
    read: async () => {
      const found = await unlessMissing(answerOf(client.GET('/v1/networks/{name}/schedule', { params: { path } })));
      return found && shownSchedule(found.data);
    },
  };
}

/** @returns undefined if the network has no schedule */
function unlessMissing<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  return unlessRefused('SCHEDULE_NOT_FOUND', asked);
}

function shownSchedule({ everySeconds, heal, paused, note, next, last }: ServedSchedule): ShownSchedule {
  return {
    heal,
    schedule: { everyMs: everySeconds * 1000, isPaused: paused, note, ...(next && { next: new Date(next) }) },
    ...(last && { last: lastRun(last) }),
  };
}

function lastRun(last: NonNullable<ServedSchedule['last']>): NonNullable<ShownSchedule['last']> {
  const run = { run: { workflowId: last.workflow }, startedAt: new Date(last.startedAt) };
  switch (last.outcome) {
    case 'running':
      return run;
    case 'completed':
      return { ...run, ending: { kind: 'completed', value: last.report } };
    case 'failed': {
      const { type, message } = last.error ?? { type: 'Unknown', message: 'the service does not say why' };
      return { ...run, ending: { kind: 'failed', failure: { type, message, remedies: [], details: [] } } };
    }
    case 'terminated':
      return { ...run, ending: { kind: 'terminated', reason: '' } };
    case 'cancelled':
    case 'timed out':
      return { ...run, ending: { kind: last.outcome } };
  }
}
