/**
 * Roles that a signature policy can ask for, in the order of Fabric's numbers for them (`MSPRoleType` in
 * msp/msp_principal.proto).
 */
export const POLICY_ROLES = ['member', 'admin', 'client', 'peer', 'orderer'] as const;

export type PolicyRole = (typeof POLICY_ROLES)[number];

/** Who must have signed, as a tree: `OR('Org1MSP.peer','Org2MSP.peer')` is 1 out of two roles. */
export type SignaturePolicy =
  | { readonly kind: 'role'; readonly mspId: string; readonly role: PolicyRole }
  | { readonly kind: 'outOf'; readonly n: number; readonly of: readonly SignaturePolicy[] };

/** Whether two policies ask for the same signatures. The order in which a policy names them means nothing. */
export function sameSignaturePolicy(one: SignaturePolicy, other: SignaturePolicy): boolean {
  return canonical(one) === canonical(other);
}

function canonical(policy: SignaturePolicy): string {
  if (policy.kind === 'role') return JSON.stringify([policy.mspId, policy.role]);
  return `${policy.n}(${policy.of.map(canonical).sort().join()})`;
}
