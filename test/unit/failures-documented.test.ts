import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { FAILURES } from '../../src/activities/failures.ts';

const page = await readFile(new URL('../../docs/failures.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` \| (yes|no) \|/gm)].map(([, type, retried]) => [type, retried] as const);

describe('docs/failures.md', () => {
  it.each(Object.entries(FAILURES))('says of %s that it %s', (type, ends) => {
    expect(rows).toContainEqual([type, ends === 'retryable' ? 'yes' : 'no']);
  });

  it('lists no failure that does not exist', () => {
    const ofWorkflows = [
      'InvalidDescription',
      'InvalidArgument',
      'InvalidWorkflowId',
      'RemovalNotApproved',
      'ChannelRemovalNotApproved',
      'EarlierRunOpen',
    ];
    expect(rows.map(([type]) => type).sort()).toEqual([...Object.keys(FAILURES), ...ofWorkflows].sort());
  });
});
