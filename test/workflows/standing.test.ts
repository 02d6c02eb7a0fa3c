import { ApplicationFailure } from '@temporalio/common';
import { describe, expect } from 'vitest';

import { completed, smallNetwork } from './fixtures/descriptions.ts';
import { endsBefore } from './fixtures/order.ts';
import { causeOf, test, type ClusterUnderTest } from './fixtures/temporal-test.ts';

const standing = completed(smallNetwork);
const moved = { ...smallNetwork, kubernetes: { namespace: 'elsewhere' } };

/** Steps that change something: everything but looks. */
function changesOf({ calls }: ClusterUnderTest): string[] {
  const looks = ['checkCluster', 'readRecord', 'findRemovals', 'findChannels', 'findUnchangedSteps'];
  return calls.map(({ step }) => step).filter((step) => !looks.includes(step));
}

describe('a change that what stands cannot follow', () => {
  test.for([
    ['a run', {}],
    ['a plan', { dryRun: true }],
  ] as const)('refuses %s before anything is touched, with fields and reasons', async ([, options], { cluster }) => {
    cluster.answers.record = { begun: standing, applied: standing };
    const cause = await causeOf(await cluster.apply(moved, options));
    expect(cause).toBeInstanceOf(ApplicationFailure);
    expect(cause).toMatchObject({ type: 'ChangeRefused' });
    expect(cause.message).toMatch(
      /^small stands, and cannot follow .* Nothing was touched\.\norganizations\[0\]\.namespace was /,
    );
    const remedy = { kind: 'undoChanges', fields: ['organizations[0].namespace', 'organizations[1].namespace'] };
    expect(cause).toMatchObject({ details: [{ remedy }] });
    expect(changesOf(cluster)).toEqual([]);
  });

  test('is compared with what was brought up to its end, not with a run that was to change it', async ({ cluster }) => {
    cluster.answers.record = { begun: completed(moved), applied: standing };
    await (await cluster.apply(smallNetwork)).result();
    expect(await causeOf(await cluster.apply(moved))).toMatchObject({ type: 'ChangeRefused' });
  });

  test('is compared with what the first run has begun, where none has come to its end', async ({ cluster }) => {
    cluster.answers.record = { begun: standing };
    expect(await causeOf(await cluster.apply(moved))).toMatchObject({ type: 'ChangeRefused' });
  });

  test('is told alone: what would be removed is asked about when it is gone', async ({ cluster }) => {
    cluster.answers.record = { begun: standing, applied: standing };
    cluster.answers.removals = [{ target: 'org1/peer7', namespace: 'small', selector: 'weft.dev/node=org1-peer7' }];
    const cause = await causeOf(await cluster.apply(moved));
    expect(cause).toMatchObject({ type: 'ChangeRefused' });
    expect(cause.message).not.toContain('peer7');
  });
});

describe('the record of a run', () => {
  test('is written when the run begins, before anything but the namespace is made, and when it ends', async ({
    cluster,
  }) => {
    await (await cluster.apply(smallNetwork)).result();
    const begun = cluster.callsOf('recordBegun');
    expect(begun.map(({ input }) => input)).toEqual([
      expect.objectContaining({ namespaces: ['small'], description: standing, dryRun: false }),
    ]);
    expect(endsBefore(cluster.callsOf('applyNamespace'), begun)).toBe(true);
    expect(endsBefore(begun, cluster.callsOf('startCertificateAuthority'))).toBe(true);
    const looks = cluster.callsOf('inspectNodes');
    const [last] = cluster.callsOf('recordNetwork');
    expect(cluster.calls.filter((call) => !looks.includes(call)).at(-1)).toBe(last);
  });

  test('says that the run has begun where it comes to no good end', async ({ cluster }) => {
    const refused = ApplicationFailure.nonRetryable('there is no such image', 'ImagePullFailed');
    cluster.fail('awaitRollout', 'org1-peer1', refused);
    await causeOf(await cluster.apply(smallNetwork));
    expect(cluster.callsOf('recordBegun')).toHaveLength(1);
    expect(cluster.callsOf('recordNetwork')).toEqual([]);
  });

  test('is left as it is where the same description was brought up before', async ({ cluster }) => {
    cluster.answers.record = { begun: standing, applied: standing };
    await (await cluster.apply(smallNetwork)).result();
    expect(cluster.callsOf('recordBegun')).toEqual([]);
  });

  test('is written by no plan', async ({ cluster }) => {
    await (await cluster.apply(smallNetwork, { dryRun: true })).result();
    expect(cluster.callsOf('recordBegun')).toEqual([]);
    expect(cluster.callsOf('recordNetwork').map(({ input }) => input)).toMatchObject([{ dryRun: true }]);
  });
});
