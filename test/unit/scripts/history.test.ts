import { describe, expect, test, vi } from 'vitest';

import { describeEvent, differenceIn, firstFailing, historyOf } from '../../../scripts/history.ts';

const started = {
  eventId: '1',
  eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
  workflowExecutionStartedEventAttributes: {
    workflowId: 'network/local/test-network',
    workflowType: { name: 'applyNetwork' },
  },
};

describe('a stored history', () => {
  test('says which workflow it is of', () => {
    expect(historyOf(JSON.stringify({ events: [started] })).start).toEqual({
      workflowId: 'network/local/test-network',
      workflowType: 'applyNetwork',
    });
  });

  test.for([
    ['without events', { events: [] }],
    ['whose beginning is missing', { events: [{ ...started, workflowExecutionStartedEventAttributes: undefined }] }],
    ['that is something else', { name: 'weft' }],
  ] as const)('%s is refused', ([, history]) => {
    expect(() => historyOf(JSON.stringify(history))).toThrow('it does not begin with the start of a workflow');
  });
});

describe('the first event that a replay fails with', () => {
  test.for([1, 2, 3, 7, 8])('is found wherever it is: %i of 8', async (first) => {
    const fails = vi.fn((events: number) => Promise.resolve(events >= first));
    expect(await firstFailing(8, fails)).toBe(first);
    expect(fails.mock.calls.length).toBeLessThanOrEqual(3);
  });
});

describe('an event in a line', () => {
  const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
  const scheduled = {
    eventId: '11',
    eventType: 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED',
    activityTaskScheduledEventAttributes: { activityType: { name: 'awaitRollout' } },
  };

  test.for([
    [scheduled, 'event 11, activity task scheduled: awaitRollout'],
    [
      { ...scheduled, userMetadata: { summary: { data: base64('org1/ca') } } },
      'event 11, activity task scheduled: awaitRollout org1/ca',
    ],
    [
      { ...scheduled, userMetadata: { summary: { data: Buffer.from('encrypted').toString('base64') } } },
      'event 11, activity task scheduled: awaitRollout',
    ],
    [started, 'event 1, workflow execution started: applyNetwork'],
    [
      { eventId: '9', eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED', xEventAttributes: { signalName: 'ready' } },
      'event 9, workflow execution signaled: ready',
    ],
    [{ eventId: '2', eventType: 'EVENT_TYPE_TIMER_FIRED' }, 'event 2, timer fired'],
  ] as const)('names what it is about: %#', ([event, line]) => {
    expect(describeEvent(event)).toBe(line);
  });
});

describe('the difference in a message of a failed replay', () => {
  test('is told without the layers around it', () => {
    const message =
      'Replay failed with a nondeterminism error. Details: Workflow activation completion failed: Failure { failure: ' +
      "Some(Failure { message: \"[TMPRL1100] Nondeterminism error: Activity type of scheduled event 'a' does not match " +
      'activity type of activity command \'b\'", source: "", stack_trace: "", cause: None }) }';
    expect(differenceIn(message)).toBe(
      "Activity type of scheduled event 'a' does not match activity type of activity command 'b'",
    );
  });

  test('is the whole message when it has another form', () => {
    expect(differenceIn('something else')).toBe('something else');
  });
});
