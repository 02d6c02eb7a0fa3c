import type { ChaincodeDefinition } from './chaincode-definition.ts';
import type { CommittedDefinition } from './committed-definition.ts';
import type { SignaturePolicyParser } from './signature-policy.ts';

/**
 * What a channel's definition of a chaincode has otherwise than it should, leaving the sequence aside.
 *
 * @returns in words, e.g. `version 1.0 -> 1.1`, `endorsement policy`, `collection private`; none means the same
 */
export function definitionDifferences(
  _committed: CommittedDefinition,
  _wanted: Omit<ChaincodeDefinition, 'sequence'>,
  _parsePolicy: SignaturePolicyParser,
): readonly string[] {
  throw new Error('not there yet');
}
