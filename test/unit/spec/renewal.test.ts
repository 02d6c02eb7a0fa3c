import { expect, test } from 'vitest';

import { renewalDate, type CertificateLifetimes } from '../../../src/spec/index.ts';

const LIFETIMES = { ca: '8760h', identity: '216h', tls: '72h' };

test.for<{
  readonly name: string;
  readonly from: string;
  readonly lifetimes: CertificateLifetimes | undefined;
  readonly use?: 'identity' | 'tls';
  readonly due: string;
}>([
  {
    name: 'in the last third of its lifetime where nothing is described',
    from: '2026-05-26',
    lifetimes: undefined,
    due: '2026-06-01',
  },
  {
    name: 'as long before its end as is described',
    from: '2026-05-26',
    lifetimes: { ...LIFETIMES, renewBefore: '24h' },
    due: '2026-06-03',
  },
  {
    name: 'in the last third of the described lifetime where its CA dated it back to its own beginning',
    from: '2022-06-01',
    lifetimes: LIFETIMES,
    due: '2026-06-01',
  },
  {
    name: 'in the last third of its own lifetime where it is shorter than the described one',
    from: '2026-06-01',
    lifetimes: LIFETIMES,
    due: '2026-06-03',
  },
  {
    name: 'by the lifetime of TLS certificates where it is one',
    from: '2022-06-01',
    lifetimes: LIFETIMES,
    use: 'tls',
    due: '2026-06-03',
  },
])('a certificate is renewed $name', ({ from, lifetimes, use = 'identity', due }) => {
  const validity = { notBefore: new Date(from), notAfter: new Date('2026-06-04') };
  expect(renewalDate(validity, lifetimes, use)).toEqual(new Date(due));
});
