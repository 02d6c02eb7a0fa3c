import { weft } from './weft.ts';

/**
 * Has the registry of the tests' platform hold the image of examples/chaincode/basic.
 *
 * On a platform that was there before (`WEFT_TEST_KUBECONFIG`), `WEFT_LOCAL_INSTANCE` says whose registry it is.
 *
 * @returns the image as descriptions name it
 */
export async function exampleChaincode(version = '1.0'): Promise<string> {
  const { exitCode, stdout, stderr } = await weft(
    ...['chaincode', 'push', 'examples/chaincode/basic', '--version', version],
  );
  if (exitCode !== 0) throw new Error(`The example's image could not be pushed:\n${stderr}`);
  return stdout.trim();
}
