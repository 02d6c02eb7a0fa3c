import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { startTemporal } from '../support/temporal.ts';
import { begin, buildsOf, startBuild } from './fixtures/builds.ts';
import { PATIENCE } from './fixtures/temporal-test.ts';

describe('workers of two builds', () => {
  let environment: TestWorkflowEnvironment;

  beforeAll(async () => {
    environment = await startTemporal();
  });

  afterAll(async () => {
    await environment.teardown();
  });

  it('end a run on the build that it began on, and begin new ones on the newer', async () => {
    const older = await startBuild(environment, 'older');
    const gate = older.hold('applyDeployment', 'org0-orderer1');
    const begun = await begin(environment, 'begun-before');
    await gate.reached;

    const newer = await startBuild(environment, 'newer');
    const next = await begin(environment, 'begun-after');
    await next.result();
    expect(newer.callsOf('applyDeployment')).not.toHaveLength(0);
    expect(await buildsOf(next)).toEqual(['newer']);

    older.drain();
    await vi.waitFor(() => {
      expect(older.logged).toContainEqual(
        expect.stringMatching(/^Build older ends when its \d open runs? have ended$/),
      );
    }, PATIENCE);
    gate.open();
    await begun.result();
    await older.ended;
    expect(await buildsOf(begun)).toEqual(['older']);
    expect(newer.calls.filter(isOfEarlierRun)).toEqual([]);

    newer.stop();
    await newer.ended;
    expect(newer.logged).toContain('Build newer takes new runs');
  });

  it('carry on what a build began whose workers are gone', async () => {
    const gone = await startBuild(environment, 'gone');
    const gate = gone.hold('applyDeployment', 'org0-orderer1');
    const begun = await begin(environment, 'abandoned');
    await gate.reached;
    // It takes new runs itself: then it ends at once, and leaves its runs to others.
    gone.drain();
    await gone.ended;
    // The server remembers for minutes who has polled.
    const heir = await startBuild(environment, 'heir', { pollerLifetime: 1 });
    await begun.result();
    expect(await buildsOf(begun)).toContain('heir');
    expect(heir.logged).toContainEqual(
      expect.stringMatching(/^No worker of build gone is left: build heir carries on/),
    );
    heir.stop();
    await heir.ended;
  });
});

/** Whether an activity was called for the run that began first. */
function isOfEarlierRun({ input }: { readonly input: unknown }): boolean {
  return JSON.stringify(input).includes('begun-before');
}
