import { setTimeout as sleep } from 'node:timers/promises';

import { FabricError, type Peer } from '../../fabric/index.ts';
import { asStep, UNCHANGED, type StepResult } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import type { ChaincodeNodeInput, PackagedChaincode } from '../inputs.ts';
import { withPeer } from '../peers/sessions.ts';
import { packageOf } from './packages.ts';

export interface ChaincodeQueryActivities {
  queryChaincode: (input: ChaincodeNodeInput) => Promise<StepResult>;
}

/** The proof that a chaincode works: it answers through each peer. */
export function createChaincodeQueryActivities(dependencies: Dependencies): ChaincodeQueryActivities {
  return {
    queryChaincode: asStep(async ({ chaincode, organization, node }, { signal, waiting }) => {
      const { packageId } = await packageOf(dependencies, chaincode, organization, signal);
      // Whoever runs the server has to know what it is to call itself.
      const hint = 'address' in chaincode ? ` Its server has to run with CHAINCODE_ID=${packageId}` : '';
      return withPeer(dependencies, { organization, nodes: [node] }, signal, async (peer) => {
        for (;;) {
          const answer = await pingChaincode(peer, chaincode);
          if (answer === 'answered') return UNCHANGED;
          if (answer === 'not initialized') {
            return {
              outcome: 'unchanged',
              reason: `waits for its first transaction: weft chaincode invoke ${chaincode.name} --init …`,
            };
          }
          waiting({
            reason: 'ChaincodeUnreachable',
            message: `${node} does not reach ${chaincode.name}: ${answer.silence}.${hint}`,
          });
          await sleep(QUERY_INTERVAL_MS, undefined, { signal });
        }
      });
    }),
  };
}

/** A server's port opens a moment after its pod is ready, and a peer learns of a commit a moment after the others. */
const QUERY_INTERVAL_MS = 500;

/** Every chaincode that is reached answers, be it that it does not know what it is asked. */
export async function pingChaincode(
  peer: Pick<Peer, 'query'>,
  { channel, name }: Pick<PackagedChaincode, 'channel' | 'name'>,
): Promise<'answered' | 'not initialized' | { readonly silence: string }> {
  try {
    // Chaincodes made with Fabric's contract API describe themselves by this.
    await peer.query(channel, name, ['org.hyperledger.fabric:GetMetadata']);
    return 'answered';
  } catch (error) {
    if (!(error instanceof FabricError)) throw error;
    if (error.kind === 'chaincodeAnswered') return 'answered';
    if (error.kind === 'notInitialized') return 'not initialized';
    if (error.kind === 'chaincodeUnreachable' || error.kind === 'notFound') return { silence: error.message };
    throw error;
  }
}
