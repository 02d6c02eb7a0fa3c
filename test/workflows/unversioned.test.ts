import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startTemporal } from '../support/temporal.ts';
import { begin, buildsOf, startBuild } from './fixtures/builds.ts';

describe('a server without worker versions', () => {
  let environment: TestWorkflowEnvironment;

  beforeAll(async () => {
    environment = await startTemporal(['system.enableDeploymentVersions=false']);
  });

  afterAll(async () => {
    await environment.teardown();
  });

  it('is told of in the log, and carries runs out all the same', async () => {
    const build = await startBuild(environment, 'only');
    const run = await begin(environment, 'unversioned');
    await run.result();
    expect(await buildsOf(run)).toEqual([]);
    expect(build.logged).toContainEqual(expect.stringMatching(/^Workers have no versions: .*disabled/));
    // There is nothing that another worker could not carry on.
    build.drain();
    await build.ended;
  });
});
