import type { ChaincodeInput, ChaincodeNodeInput } from '../../../src/activities/inputs.ts';
import { completeDescription, type Chaincode } from '../../../src/spec/index.ts';
import { packagedChaincode } from '../../../src/workflows/inputs.ts';
import { describedChaincodes, networkOf } from '../spec/descriptions.ts';
import { ORG1, UP } from './steps.ts';

/** The chaincode `basic` on `mychannel`, and what is different about it. */
export function chaincode(fields: Record<string, unknown> = {}): Chaincode {
  const [first] = networkOf(completeDescription(describedChaincodes(fields))).chaincodes;
  if (first === undefined) throw new Error('The description has a chaincode.');
  return first;
}

/** org1's part in a chaincode. */
export function chaincodeInput(fields: Record<string, unknown> = {}): ChaincodeInput {
  return { ...UP, organization: ORG1, chaincode: chaincode(fields), peers: ['org1-peer1', 'org1-peer2'] };
}

/** A chaincode on org1's first peer. */
export function chaincodeNodeInput(fields: Record<string, unknown> = {}): ChaincodeNodeInput {
  return { ...UP, organization: ORG1, chaincode: packagedChaincode(chaincode(fields)), node: 'org1-peer1' };
}
