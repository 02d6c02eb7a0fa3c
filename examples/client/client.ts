/*
 * A client of a network, with Fabric's own library for clients. In one terminal:
 *
 *   weft identity add app1 --org org1 --network test-network
 *   weft connection --org org1 --identity app1 --out app1 --forward
 *
 * and in another:
 *
 *   npx node examples/client/client.ts app1/connection.json
 */
import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { Client, credentials } from '@grpc/grpc-js';
import { connect, GatewayError, signers } from '@hyperledger/fabric-gateway';

/** What `weft connection --out` writes; paths are relative to its folder. */
interface Profile {
  mspId: string;
  chaincodes: { name: string; channel: string }[];
  peers: { endpoint: string; hostOverride: string }[];
  tlsRootsPath: string;
  identity: { certificatePath: string; keyPath: string };
}

const file = process.argv[2] ?? 'connection.json';
const profile = JSON.parse(await readFile(file, 'utf8')) as Profile;
const read = (path: string): Promise<Buffer> => readFile(resolve(dirname(file), path));

const [peer] = profile.peers;
const chaincode = profile.chaincodes.find(({ name }) => name === 'basic');
if (!peer || !chaincode) throw new Error(`${file} has no peer, or no chaincode "basic"`);

const client = new Client(peer.endpoint, credentials.createSsl(await read(profile.tlsRootsPath)), {
  // The address is localhost, where a port-forward begins: this makes sure that it leads to the peer.
  'grpc.ssl_target_name_override': peer.hostOverride,
});
const gateway = connect({
  client,
  identity: { mspId: profile.mspId, credentials: await read(profile.identity.certificatePath) },
  signer: signers.newPrivateKeySigner(createPrivateKey(await read(profile.identity.keyPath))),
});
const network = gateway.getNetwork(chaincode.channel);
const contract = network.getContract(chaincode.name);
const blocks = await network.getBlockEvents();

try {
  await Promise.all([printBlocks(2), createAndTransfer(`asset-${Date.now()}`)]);
} catch (error) {
  // What the peers said is in the details.
  console.error(error instanceof GatewayError ? [error.message, ...error.details] : error);
  process.exitCode = 1;
} finally {
  blocks.close();
  gateway.close();
  client.close();
}

/** Each submission returns when its block is there, so that the next one builds on it. */
async function createAndTransfer(id: string): Promise<void> {
  await contract.submitTransaction('CreateAsset', id, 'blue', '5', 'Ana', '400');
  console.log(`created ${id}`);
  const owner = await contract.submitTransaction('TransferAsset', id, 'Ben');
  console.log(`transferred ${id} from ${text(owner)} to Ben`);
  console.log(`the ledger has ${text(await contract.evaluateTransaction('ReadAsset', id))}`);
}

/** Prints the next blocks as the peer commits them. */
async function printBlocks(count: number): Promise<void> {
  for await (const block of blocks) {
    console.log(`block ${block.getHeader()?.getNumber() ?? '?'} is committed`);
    count -= 1;
    if (count === 0) return;
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
