import { describe, expect, vi } from 'vitest';

import { connectTemporal, temporalSettings, type Temporal } from '../../src/client/index.ts';
import {
  deleteSchedule,
  networkSchedule,
  pauseSchedule,
  resumeSchedule,
  scheduleNetwork,
  type NetworkSchedule,
  type OperationContext,
} from '../../src/operations/index.ts';
import { smallNetwork, completed } from './fixtures/descriptions.ts';
import { PATIENCE, test as base } from './fixtures/temporal-test.ts';

const NAME = smallNetwork.name;

/** A network that stands, and Temporal as the command line sees it. */
const test = base.extend<{ kept: OperationContext }>({
  kept: async ({ temporal: { environment }, cluster }, use) => {
    const network = completed(smallNetwork);
    cluster.answers.record = { begun: network, applied: network };
    const temporal: Temporal = await connectTemporal(temporalSettings({ TEMPORAL_ADDRESS: environment.address }));
    const context = { temporal, cluster: cluster.name, requestedBy: 'ana@laptop', now: () => new Date() };
    await use(context);
    await deleteSchedule(context, NAME);
    await temporal.close();
  },
});

function shown(context: OperationContext): Promise<NetworkSchedule | undefined> {
  return networkSchedule(context, NAME);
}

describe('a schedule on a real server', () => {
  // The command line wants a minute or more.
  const often = { selector: { network: NAME }, everyMs: 2_000, heal: false };

  test('has the network looked at again and again, and tells what the last look found', async ({ kept }) => {
    expect(await scheduleNetwork(kept, often)).toBe('created');
    await vi.waitFor(async () => {
      const found = await shown(kept);
      expect(found?.schedule.runs.length).toBeGreaterThan(1);
      expect(found?.last?.ending).toMatchObject({ kind: 'completed', value: { network: NAME, renewed: [] } });
    }, PATIENCE);
  });

  test('is replaced by another for the same network', async ({ kept }) => {
    await scheduleNetwork(kept, { ...often, everyMs: 3_600_000 });
    expect(await scheduleNetwork(kept, { ...often, everyMs: 7_200_000, heal: true })).toBe('updated');
    expect(await shown(kept)).toMatchObject({ heal: true, schedule: { everyMs: 7_200_000, isPaused: false } });
  });

  test('is paused, goes on, and is gone when it is deleted', async ({ kept }) => {
    expect(await pauseSchedule(kept, NAME)).toBe(false);
    await scheduleNetwork(kept, { ...often, everyMs: 3_600_000 });
    expect(await pauseSchedule(kept, NAME)).toBe(true);
    expect(await shown(kept)).toMatchObject({ schedule: { isPaused: true, note: 'paused by ana@laptop' } });
    expect(await scheduleNetwork(kept, { ...often, everyMs: 7_200_000 })).toBe('updated');
    expect(await shown(kept)).toMatchObject({ schedule: { isPaused: true, everyMs: 7_200_000 } });
    expect(await resumeSchedule(kept, NAME)).toBe(true);
    expect((await shown(kept))?.schedule.next).toBeInstanceOf(Date);
    expect(await deleteSchedule(kept, NAME)).toBe(true);
    expect(await deleteSchedule(kept, NAME)).toBe(false);
    expect(await shown(kept)).toBeUndefined();
  });
});
