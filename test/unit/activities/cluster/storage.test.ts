import { describe, expect, test } from 'vitest';

import { storageIssue, type WantedStorage } from '../../../../src/activities/cluster/storage.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';

function storageClass(name: string, annotations: Readonly<Record<string, string>> = {}): KubernetesObject {
  return { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name, annotations } };
}

const DEFAULT = storageClass('standard', { 'storageclass.kubernetes.io/is-default-class': 'true' });
const BETA_DEFAULT = storageClass('old', { 'storageclass.beta.kubernetes.io/is-default-class': 'true' });
const NO_DEFAULT = storageClass('fast', { 'storageclass.kubernetes.io/is-default-class': 'false' });

const named = (...classes: string[]): WantedStorage => ({ classes, usesDefault: false });
const byDefault: WantedStorage = { classes: [], usesDefault: true };

describe('storage', () => {
  test.each([
    ['the class that is named exists', named('fast'), [NO_DEFAULT]],
    ['the cluster has a default class', byDefault, [NO_DEFAULT, DEFAULT]],
    ['the cluster marks its default class in the older way', byDefault, [BETA_DEFAULT]],
    ['no volume asks for a class', named(), []],
    ['the classes may not be looked at', { classes: ['fast'], usesDefault: true }, undefined],
  ])('is as it is asked for where %s', (_, wanted, present) => {
    expect(storageIssue(wanted, present)).toBeUndefined();
  });

  test.each([
    [
      named('fast', 'slow'),
      [DEFAULT, NO_DEFAULT],
      /^There is no storage class slow\. The cluster has: standard, fast\./,
    ],
    [named('fast'), [], /^There is no storage class fast\. The cluster has none\./],
    [byDefault, [NO_DEFAULT], /^The cluster has no default storage class, .* The cluster has: fast\./],
    [byDefault, [], /^The cluster has no default storage class, .* The cluster has none\./],
  ])('that is missing is named, and what there is (%j)', (wanted, present, sentence) => {
    const issue = storageIssue(wanted, present);
    expect(issue?.message).toMatch(sentence);
    expect(issue?.allowed).toEqual(present.map(({ metadata }) => metadata.name));
  });
});
