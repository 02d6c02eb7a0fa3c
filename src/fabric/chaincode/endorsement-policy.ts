import type policies from '@hyperledger/fabric-protos/lib/common/policies_pb.js';
import principals from '@hyperledger/fabric-protos/lib/msp/msp_principal_pb.js';
import applicationPolicies from '@hyperledger/fabric-protos/lib/peer/policy_pb.js';
import { z } from 'zod';

import { POLICY_ROLES, type SignaturePolicy } from '../signature-policy.ts';

/**
 * A policy of a chaincode or a collection: who must sign, or the path of a channel policy. `other` is one that was not
 * written as text: it asks for organizational units or for identities, or cannot be read.
 */
export type ApplicationPolicy =
  | { readonly kind: 'signature'; readonly policy: SignaturePolicy }
  | { readonly kind: 'channel'; readonly path: string }
  | { readonly kind: 'other' };

const OTHER: ApplicationPolicy = { kind: 'other' };

/**
 * Reads the message protos.ApplicationPolicy (peer/policy.proto), which is what a chaincode definition has as its
 * validation parameter.
 */
export function readApplicationPolicy(message: Uint8Array): ApplicationPolicy {
  const policy = readable(() => applicationPolicies.ApplicationPolicy.deserializeBinary(message));
  if (policy?.hasChannelConfigPolicyReference()) {
    return { kind: 'channel', path: policy.getChannelConfigPolicyReference() };
  }
  const envelope = policy?.getSignaturePolicy();
  const rule = envelope?.getRule();
  if (envelope === undefined || rule === undefined) return OTHER;
  return signaturePolicy(
    ruleOf(rule),
    envelope.getIdentitiesList().map((principal) => ({
      classification: principal.getPrincipalClassification(),
      principal: principal.getPrincipal_asU8(),
    })),
  );
}

/** Bytes that are not the message that they should be are a policy that Weft did not write. */
function readable<Message>(deserialize: () => Message): Message | undefined {
  try {
    return deserialize();
  } catch {
    return undefined;
  }
}

/** What a rule of common/policies.proto says: sign as the principal of this number, or satisfy some of these rules. */
type Rule = { readonly signedBy: number } | { readonly n: number; readonly rules: readonly Rule[] };

interface Principal {
  readonly classification: number;
  readonly principal: Uint8Array;
}

function ruleOf(message: InstanceType<typeof policies.SignaturePolicy>): Rule {
  const outOf = message.getNOutOf();
  if (outOf === undefined) return { signedBy: message.getSignedBy() };
  return { n: outOf.getN(), rules: outOf.getRulesList().map(ruleOf) };
}

const ROLE = principals.MSPPrincipal.Classification.ROLE;

function signaturePolicy(rule: Rule, identities: readonly Principal[]): ApplicationPolicy {
  const policy = treeOf(rule, identities);
  return policy === undefined ? OTHER : { kind: 'signature', policy };
}

function treeOf(rule: Rule, identities: readonly Principal[]): SignaturePolicy | undefined {
  if ('signedBy' in rule) return roleOf(identities[rule.signedBy]);
  const of = rule.rules.map((part) => treeOf(part, identities));
  return of.every((part) => part !== undefined) ? { kind: 'outOf', n: rule.n, of } : undefined;
}

function roleOf(identity: Principal | undefined): SignaturePolicy | undefined {
  if (identity?.classification !== ROLE) return undefined;
  const message = readable(() => principals.MSPRole.deserializeBinary(identity.principal));
  if (message === undefined) return undefined;
  // A newer Fabric may know more roles.
  const number: number = message.getRole();
  const role = POLICY_ROLES[number];
  return role === undefined ? undefined : { kind: 'role', mspId: message.getMspIdentifier(), role };
}

/*
 * The same messages as the peer program prints them within a collection: not protobuf's JSON, but what Go's encoding/json
 * makes of the generated structs. A field that is zero or empty is left out, bytes are base64, and a `oneof` is an object
 * with the one field that is set.
 */
const PrintedRule: z.ZodType<Rule> = z
  .lazy(() =>
    z.object({
      Type: z.union([
        z.object({ SignedBy: z.number() }).transform(({ SignedBy }) => ({ signedBy: SignedBy })),
        z
          .object({ NOutOf: z.object({ n: z.number().default(0), rules: z.array(PrintedRule).default([]) }) })
          .transform(({ NOutOf }) => NOutOf),
      ]),
    }),
  )
  .transform(({ Type }) => Type);

const PrintedPrincipal = z
  .object({ principal_classification: z.number().default(ROLE), principal: z.string().default('') })
  .transform(({ principal_classification: classification, principal }): Principal => {
    return { classification, principal: Buffer.from(principal, 'base64') };
  });

const PrintedSignaturePolicy = z
  .object({ rule: PrintedRule, identities: z.array(PrintedPrincipal).default([]) })
  .transform(({ rule, identities }) => signaturePolicy(rule, identities));

/** A `oneof` of a signature policy and, for some messages, the path of a channel policy, as the peer program prints it. */
export const PrintedPolicy = z.union([
  z.object({ SignaturePolicy: PrintedSignaturePolicy }).transform((policy) => policy.SignaturePolicy),
  z
    .object({ ChannelConfigPolicyReference: z.string() })
    .transform((policy): ApplicationPolicy => ({ kind: 'channel', path: policy.ChannelConfigPolicyReference })),
]);
