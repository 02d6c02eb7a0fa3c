import { describe, expect, it } from 'vitest';

import { remediesOf, type Remedy } from '../../../src/spec/index.ts';

const fixImage: Remedy = { kind: 'fixImage' };
const grantRights: Remedy = { kind: 'grantRights', rights: ['list pods in namespace org1'] };

describe('remediesOf', () => {
  it('reads the remedy of every step that failed, each once', () => {
    const details = [{ attempts: 1, remedy: fixImage }, { remedy: grantRights }, { remedy: { ...fixImage } }];
    expect(remediesOf(details)).toEqual([fixImage, grantRights]);
  });

  it('finds none in details that have none', () => {
    expect(remediesOf([])).toEqual([]);
    expect(remediesOf([null, 'text', 7, { reason: 'CrashLoopBackOff' }])).toEqual([]);
  });

  it('leaves out a remedy that this version does not know, or whose facts are missing', () => {
    expect(remediesOf([{ remedy: { kind: 'ofALaterVersion' } }, { remedy: { kind: 'grantRights' } }])).toEqual([]);
  });
});
