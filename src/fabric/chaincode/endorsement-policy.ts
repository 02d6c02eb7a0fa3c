import policies from '@hyperledger/fabric-protos/lib/common/policies_pb.js';
import principals from '@hyperledger/fabric-protos/lib/msp/msp_principal_pb.js';
import applicationPolicies from '@hyperledger/fabric-protos/lib/peer/policy_pb.js';

import type { PolicyRole, SignaturePolicy } from '../../spec/index.ts';
import { sameSignaturePolicy, SIGNER_ROLES } from '../channel/policy.ts';

/**
 * A policy of a chaincode or a collection: who must sign, or the path of a channel policy. `other` is one that Weft does not
 * write: it asks for organizational units or for identities, or cannot be read.
 */
export type ApplicationPolicy =
  | { readonly kind: 'signature'; readonly policy: SignaturePolicy }
  | { readonly kind: 'channel'; readonly path: string }
  | { readonly kind: 'other' };

const OTHER: ApplicationPolicy = { kind: 'other' };

/** Whether two policies ask for the same; `other` is never the same as anything. */
export function sameApplicationPolicy(one: ApplicationPolicy, other: ApplicationPolicy): boolean {
  if (one.kind === 'channel' && other.kind === 'channel') return one.path === other.path;
  return one.kind === 'signature' && other.kind === 'signature' && sameSignaturePolicy(one.policy, other.policy);
}

/** Reads the bytes of a protos.ApplicationPolicy (peer/policy.proto): the validation parameter of a chaincode definition. */
export function readApplicationPolicy(bytes: Uint8Array): ApplicationPolicy {
  const message = readable(() => applicationPolicies.ApplicationPolicy.deserializeBinary(bytes));
  return message === undefined ? OTHER : applicationPolicyOf(message);
}

export function applicationPolicyOf(message: applicationPolicies.ApplicationPolicy): ApplicationPolicy {
  if (message.hasChannelConfigPolicyReference()) {
    return { kind: 'channel', path: message.getChannelConfigPolicyReference() };
  }
  return signaturePolicyOf(message.getSignaturePolicy());
}

export function signaturePolicyOf(envelope: policies.SignaturePolicyEnvelope | undefined): ApplicationPolicy {
  const rule = envelope?.getRule();
  if (envelope === undefined || rule === undefined) return OTHER;
  const policy = treeOf(rule, envelope.getIdentitiesList());
  return policy === undefined ? OTHER : { kind: 'signature', policy };
}

/** @throws TypeError if it is `other` */
export function applicationPolicyMessage(policy: ApplicationPolicy): applicationPolicies.ApplicationPolicy {
  const message = new applicationPolicies.ApplicationPolicy();
  if (policy.kind === 'channel') message.setChannelConfigPolicyReference(policy.path);
  else message.setSignaturePolicy(signaturePolicyMessage(policy));
  return message;
}

/**
 * Writes a signature policy byte for byte as Fabric's own parser does (common/policydsl/policyparser.go), since the peers
 * compare the approvals of a definition as bytes: every role is a principal of its own, in the order in which the parser
 * comes upon them, which is the innermost gate first.
 *
 * @throws TypeError if it is no signature policy
 */
export function signaturePolicyMessage(policy: ApplicationPolicy): policies.SignaturePolicyEnvelope {
  if (policy.kind !== 'signature')
    throw new TypeError(`A policy of kind ${policy.kind} cannot be written as a signature policy.`);
  const identities: principals.MSPPrincipal[] = [];
  const envelope = new policies.SignaturePolicyEnvelope();
  envelope.setRule(ruleMessage(policy.policy, identities));
  envelope.setIdentitiesList(identities);
  return envelope;
}

/** @param identities is added to */
function ruleMessage(policy: SignaturePolicy, identities: principals.MSPPrincipal[]): policies.SignaturePolicy {
  const message = new policies.SignaturePolicy();
  if (policy.kind === 'role') {
    message.setSignedBy(identities.push(rolePrincipal(policy)) - 1);
    return message;
  }
  const gates = new Map(
    policy.of.filter(({ kind }) => kind === 'outOf').map((part) => [part, ruleMessage(part, identities)]),
  );
  const outOf = new policies.SignaturePolicy.NOutOf();
  outOf.setN(policy.n);
  outOf.setRulesList(policy.of.map((part) => gates.get(part) ?? ruleMessage(part, identities)));
  message.setNOutOf(outOf);
  return message;
}

function rolePrincipal({ mspId, role }: Extract<SignaturePolicy, { kind: 'role' }>): principals.MSPPrincipal {
  const message = new principals.MSPRole();
  message.setMspIdentifier(mspId);
  message.setRole(principals.MSPRole.MSPRoleType[ROLE_TYPES[role]]);
  const principal = new principals.MSPPrincipal();
  principal.setPrincipalClassification(principals.MSPPrincipal.Classification.ROLE);
  principal.setPrincipal(message.serializeBinary());
  return principal;
}

const ROLE_TYPES = {
  member: 'MEMBER',
  admin: 'ADMIN',
  client: 'CLIENT',
  peer: 'PEER',
  orderer: 'ORDERER',
} as const satisfies Record<PolicyRole, keyof principals.MSPRole.MSPRoleTypeMap>;

/** Undefined if it asks for something else than roles. */
function treeOf(
  rule: policies.SignaturePolicy,
  identities: readonly principals.MSPPrincipal[],
): SignaturePolicy | undefined {
  const outOf = rule.getNOutOf();
  if (outOf === undefined) return roleOf(identities[rule.getSignedBy()]);
  const of = outOf.getRulesList().map((part) => treeOf(part, identities));
  return of.every((part) => part !== undefined) ? { kind: 'outOf', n: outOf.getN(), of } : undefined;
}

function roleOf(principal: principals.MSPPrincipal | undefined): SignaturePolicy | undefined {
  if (principal?.getPrincipalClassification() !== principals.MSPPrincipal.Classification.ROLE) return undefined;
  const message = readable(() => principals.MSPRole.deserializeBinary(principal.getPrincipal_asU8()));
  // A newer Fabric may know more roles.
  const role = SIGNER_ROLES.find((known) => principals.MSPRole.MSPRoleType[ROLE_TYPES[known]] === message?.getRole());
  return message === undefined || role === undefined
    ? undefined
    : { kind: 'role', mspId: message.getMspIdentifier(), role };
}

/** Bytes that are not the message that they should be are a policy that Weft did not write. */
function readable<Message>(deserialize: () => Message): Message | undefined {
  try {
    return deserialize();
  } catch {
    return undefined;
  }
}
