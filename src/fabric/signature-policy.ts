/** Roles that a signature policy can ask for (https://hyperledger-fabric.readthedocs.io, "Endorsement policies"). */
export type PolicyRole = 'member' | 'admin' | 'client' | 'peer' | 'orderer';

/** Who must have signed, as a tree: `OR('Org1MSP.peer','Org2MSP.peer')` is 1 out of two roles. */
export type SignaturePolicy =
  | { readonly kind: 'role'; readonly mspId: string; readonly role: PolicyRole }
  | { readonly kind: 'outOf'; readonly n: number; readonly of: readonly SignaturePolicy[] };

/** Reads a signature policy as people write it, e.g. `AND('Org1MSP.peer','Org2MSP.peer')`. */
export type SignaturePolicyParser = (text: string) => SignaturePolicy;
