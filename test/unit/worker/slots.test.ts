import type { CustomSlotSupplier, ActivitySlotInfo, SlotPermit } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';

import { stepSlots } from '../../../src/worker/slots.ts';

const RESERVE: Parameters<CustomSlotSupplier<ActivitySlotInfo>['reserveSlot']>[0] = {
  slotType: 'activity',
  taskQueue: 'weft-local',
  workerIdentity: 'test',
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the type wants it
  workerBuildId: '',
  isSticky: false,
};

function slots({ working = 2, waiting = 3 } = {}): CustomSlotSupplier<ActivitySlotInfo> {
  return stepSlots({ working, waiting, isWait: (activity) => activity === 'awaitRollout' });
}

/** Begins a step in a place, as Temporal's SDK tells it. */
function begin(supplier: CustomSlotSupplier<ActivitySlotInfo>, permit: SlotPermit, activityType: string): void {
  supplier.markSlotUsed({ permit, slotInfo: { type: 'activity', activityType } });
}

function reserve(
  supplier: CustomSlotSupplier<ActivitySlotInfo>,
  signal = new AbortController().signal,
): Promise<SlotPermit> {
  return supplier.reserveSlot(RESERVE, signal);
}

/** Whether there is a place now. */
function isFree(supplier: CustomSlotSupplier<ActivitySlotInfo>): boolean {
  const place = supplier.tryReserveSlot(RESERVE);
  if (place !== null) supplier.releaseSlot({ permit: place });
  return place !== null;
}

describe('the places of a worker', () => {
  it('are taken by steps that work, and given back at their end', async () => {
    const supplier = slots();
    const places = [await reserve(supplier), await reserve(supplier)];
    for (const place of places) begin(supplier, place, 'enrollIdentity');
    expect(isFree(supplier)).toBe(false);
    supplier.releaseSlot({ permit: places[0] ?? {}, slotInfo: { type: 'activity', activityType: 'enrollIdentity' } });
    expect(isFree(supplier)).toBe(true);
  });

  it('are told of as they are taken and given back', async () => {
    const free: number[] = [];
    const supplier = stepSlots({
      ...{ working: 2, waiting: 3, isWait: (activity) => activity === 'awaitRollout' },
      onFree: (places) => free.push(places),
    });
    const place = await reserve(supplier);
    begin(supplier, await reserve(supplier), 'awaitRollout');
    supplier.releaseSlot({ permit: place });
    expect(free).toEqual([2, 1, 0, 1, 2]);
  });

  it('are given to others by steps that wait', async () => {
    const supplier = slots({ working: 1 });
    begin(supplier, await reserve(supplier), 'awaitRollout');
    begin(supplier, await reserve(supplier), 'awaitRollout');
    expect(isFree(supplier)).toBe(true);
  });

  it('are taken by steps that wait, too, once as many wait as may', async () => {
    const supplier = slots({ working: 1, waiting: 1 });
    begin(supplier, await reserve(supplier), 'awaitRollout');
    const waiting = await reserve(supplier);
    begin(supplier, waiting, 'awaitRollout');
    expect(isFree(supplier)).toBe(false);
    supplier.releaseSlot({ permit: waiting });
    expect(isFree(supplier)).toBe(true);
  });

  it('go in turn to those that ask for one while there is none', async () => {
    const supplier = slots({ working: 1 });
    const first = await reserve(supplier);
    const order: string[] = [];
    const second = reserve(supplier).then((place) => (order.push('second'), place));
    const third = reserve(supplier).then((place) => (order.push('third'), place));
    begin(supplier, first, 'awaitRollout');
    supplier.releaseSlot({ permit: await second });
    await third;
    expect(order).toEqual(['second', 'third']);
  });

  it('are not given to one that does not ask any more', async () => {
    const supplier = slots({ working: 1 });
    const place = await reserve(supplier);
    const aborter = new AbortController();
    const gone = reserve(supplier, aborter.signal);
    const reason = new Error('the worker stops');
    aborter.abort(reason);
    await expect(gone).rejects.toBe(reason);
    supplier.releaseSlot({ permit: place });
    expect(isFree(supplier)).toBe(true);
  });
});
