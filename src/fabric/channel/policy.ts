import { isDeepStrictEqual } from 'node:util';

import { z } from 'zod';

import type { ConfigPolicy } from './config.ts';
import type { PolicyRole, SignaturePolicy } from '../../spec/index.ts';

/** A policy of a channel's configuration. `other` is one that asks for identities or organizational units. */
export type ChannelPolicy =
  | { readonly kind: 'implicit'; readonly rule: 'ANY' | 'ALL' | 'MAJORITY'; readonly subPolicy: string }
  | { readonly kind: 'signature'; readonly policy: SignaturePolicy }
  | { readonly kind: 'other' };

/** Reads a policy, as configtxlator prints the messages of common/policies.proto. */
export function readChannelPolicy({ policy }: ConfigPolicy): ChannelPolicy {
  if (policy?.type === IMPLICIT_META) {
    const { rule, sub_policy: subPolicy } = ImplicitMeta.parse(policy.value);
    return { kind: 'implicit', rule, subPolicy };
  }
  const signature = policy?.type === SIGNATURE ? SignatureEnvelope.safeParse(policy.value) : undefined;
  const tree = signature?.success ? treeOf(signature.data.rule, signature.data.identities) : undefined;
  return tree === undefined ? { kind: 'other' } : { kind: 'signature', policy: tree };
}

/** Whether two policies ask for the same. */
export function sameChannelPolicy(one: ConfigPolicy, other: ConfigPolicy): boolean {
  if (isDeepStrictEqual(one.policy, other.policy)) return true;
  const [a, b] = [readChannelPolicy(one), readChannelPolicy(other)];
  return a.kind === 'signature' && b.kind === 'signature' && sameSignaturePolicy(a.policy, b.policy);
}

/** Whether two policies ask for the same signatures. The order in which a policy names them means nothing. */
export function sameSignaturePolicy(one: SignaturePolicy, other: SignaturePolicy): boolean {
  return canonical(one) === canonical(other);
}

function canonical(policy: SignaturePolicy): string {
  if (policy.kind === 'role') return JSON.stringify([policy.mspId, policy.role]);
  return `${policy.n}(${policy.of.map(canonical).sort().join()})`;
}

/** A policy in the words of configtx.yaml. */
export function policyText(policy: ChannelPolicy): string {
  if (policy.kind === 'other') return 'a policy of identities';
  return policy.kind === 'implicit' ? `${policy.rule} ${policy.subPolicy}` : signatureText(policy.policy);
}

function signatureText(policy: SignaturePolicy): string {
  if (policy.kind === 'role') return `'${policy.mspId}.${policy.role}'`;
  const parts = policy.of.map(signatureText).join(',');
  if (policy.n === 1) return `OR(${parts})`;
  return policy.n === policy.of.length ? `AND(${parts})` : `OutOf(${policy.n},${parts})`;
}

// Policy.PolicyType of common/policies.proto.
const SIGNATURE = 1;
const IMPLICIT_META = 3;

const ImplicitMeta = z.object({ rule: z.enum(['ANY', 'ALL', 'MAJORITY']), sub_policy: z.string() });

type Rule = z.infer<typeof SignedBy> | { readonly n_out_of: { readonly n: number; readonly rules: readonly Rule[] } };

const SignedBy = z.object({ signed_by: z.number() });

const Rule: z.ZodType<Rule> = z.union([
  SignedBy,
  z.object({
    get n_out_of() {
      return z.object({ n: z.number(), rules: z.array(Rule) });
    },
  }),
]);

const SignatureEnvelope = z.object({
  identities: z.array(z.object({ principal: z.unknown(), principal_classification: z.string() })),
  rule: Rule,
});

type Identities = z.infer<typeof SignatureEnvelope>['identities'];

/** The roles that a signature policy can ask for: MSPRole.MSPRoleType of msp/msp_principal.proto, in lower case. */
export const SIGNER_ROLES = ['member', 'admin', 'client', 'peer', 'orderer'] as const satisfies readonly PolicyRole[];

const RolePrincipal = z.object({
  principal_classification: z.literal('ROLE'),
  principal: z.object({
    msp_identifier: z.string(),
    role: z.string().toLowerCase().pipe(z.enum(SIGNER_ROLES)),
  }),
});

/** Undefined if it asks for something else than roles. */
function treeOf(rule: Rule, identities: Identities): SignaturePolicy | undefined {
  if ('signed_by' in rule) {
    const role = RolePrincipal.safeParse(identities[rule.signed_by]);
    if (!role.success) return undefined;
    return { kind: 'role', mspId: role.data.principal.msp_identifier, role: role.data.principal.role };
  }
  const of = rule.n_out_of.rules.map((part) => treeOf(part, identities));
  return of.every((part) => part !== undefined) ? { kind: 'outOf', n: rule.n_out_of.n, of } : undefined;
}
