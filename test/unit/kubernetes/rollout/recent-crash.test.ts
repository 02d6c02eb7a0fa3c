import { expect, test } from 'vitest';

import { recentCrash } from '../../../../src/kubernetes/rollout/recent-crash.ts';
import type { Pod } from '../../../../src/kubernetes/rollout/workloads.ts';

const AT = '2026-11-23T10:00:00Z';

function pod(restartCount: number, terminated?: { exitCode: number; finishedAt?: string }): Pod {
  const lastState = terminated === undefined ? {} : { terminated };
  const container = { name: 'orderer', image: 'fabric-orderer', ready: true, restartCount, lastState };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod' }, status: { containerStatuses: [container] } };
}

const crashed = (restarts: number): Pod => pod(restarts, { exitCode: 2, finishedAt: AT });

test.for<[string, readonly Pod[], number, boolean]>([
  ['a container that never ended', [pod(0)], 0, false],
  ['a container that ended well', [pod(1, { exitCode: 0, finishedAt: AT })], 1, false],
  ['a container that ended with its machine', [pod(1, { exitCode: 255, finishedAt: AT })], 1, false],
  ['a crash whose time nobody knows', [pod(1, { exitCode: 2 })], 1, false],
  ['the first crash, 19 s ago', [crashed(1)], 19, true],
  ['the first crash, 21 s ago', [crashed(1)], 21, false],
  ['the third crash, 79 s ago', [crashed(3)], 79, true],
  ['the third crash, 81 s ago', [crashed(3)], 81, false],
  ['the twentieth crash, five minutes ago', [crashed(20)], 301, false],
  ['a crash of one pod of several', [pod(0), crashed(1)], 1, true],
])('%s', ([, pods, secondsLater, isRecent]) => {
  const crash = recentCrash(pods, Date.parse(AT) + secondsLater * 1000);
  expect(crash !== undefined).toBe(isRecent);
  if (crash !== undefined) expect(crash).toMatchObject({ exitCode: 2, at: AT });
});
