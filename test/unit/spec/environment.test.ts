import { describe, expect, test } from 'vitest';

import { certificateAuthorityEnvironment, environmentOf } from '../../../src/activities/nodes/environment.ts';
import type { NodeInput } from '../../../src/activities/inputs.ts';
import { completeDescription, type NodeKind } from '../../../src/spec/index.ts';
import { OWN_ENVIRONMENT } from '../../../src/spec/check/environment.ts';
import { described, networkOf } from './descriptions.ts';

/** What Weft gives too, but everyone may change. */
const FREE = ['FABRIC_LOGGING_SPEC'];

describe('the variables that a description is warned of', () => {
  test.each(['orderer', 'peer'] as const)('are those that an %s is given', (kind) => {
    expect(fixed(environmentOf(target(kind)))).toEqual(OWN_ENVIRONMENT[kind]);
  });

  test('are those that a CA is given', () => {
    expect(fixed(certificateAuthorityEnvironment(target('peer')))).toEqual(OWN_ENVIRONMENT.certificateAuthority);
  });
});

function fixed(environment: Record<string, string>): string[] {
  return Object.keys(environment)
    .filter((name) => !FREE.includes(name))
    .sort();
}

function target(kind: NodeKind): NodeInput {
  const { organizations, ...network } = networkOf(completeDescription(described({}, { peers: 1 })));
  const [organization] = organizations;
  const node = organization?.[`${kind}s`][0];
  if (organization === undefined || node === undefined) throw new Error(`no ${kind} in the description of this test`);
  return { network, dryRun: false, organization, node, kind };
}
