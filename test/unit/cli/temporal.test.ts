import { describe, expect, it } from 'vitest';

import { EXIT } from '../../../src/cli/exit-codes.ts';
import { SearchAttributesRefused } from '../../../src/client/index.ts';
import { FakeTemporal } from '../client/fake-temporal.ts';
import { machine } from './harness.ts';

describe('weft temporal setup', () => {
  const env = { TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_NAMESPACE: 'fabric' };

  it('says what it registered, and at a second time that nothing was left to do', async () => {
    const temporal = new FakeTemporal();
    const self = machine({ temporal, env });
    expect(await self.weft('temporal', 'setup')).toMatchObject({
      code: 0,
      out: 'Temporal at temporal:7233, namespace fabric: registered the search attributes WeftNetwork, WeftCluster.\n',
    });
    expect(await self.weft('temporal', 'setup')).toMatchObject({
      code: 0,
      out: 'Temporal at temporal:7233, namespace fabric: knows the search attributes WeftNetwork, WeftCluster already.\n',
    });
    expect(temporal.closed).toBe(true);
  });

  it('says what an operator has to register where the server refuses', async () => {
    const temporal = new FakeTemporal();
    temporal.registerSearchAttributes = () =>
      Promise.reject(new SearchAttributesRefused(['WeftNetwork (Keyword)'], new Error('denied')));
    const { code, err } = await machine({ temporal, env }).weft('temporal', 'setup');
    expect(code).toBe(EXIT.forbidden);
    expect(err).toContain('WeftNetwork (Keyword)');
  });
});
