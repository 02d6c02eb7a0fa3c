import { FabricError } from '../error.ts';
import type { PeerProgram } from './program.ts';

/** What `peer chaincode` can do without changing anything. */
export interface PeerQueryCommands {
  /**
   * Has the peer ask a chaincode.
   *
   * @param args function and arguments
   * @returns the chaincode's answer
   * @throws FabricError `chaincodeAnswered` if that is an error
   */
  query(channel: string, chaincode: string, args: readonly string[]): Promise<string>;
}

export function queryCommands(program: PeerProgram): PeerQueryCommands {
  return {
    async query(channel, chaincode, args) {
      try {
        const { stdout } = await program.run({
          task: `Asking ${chaincode} on ${channel}`,
          node: program.peer,
          args: [
            ...['chaincode', 'query', '--channelID', channel, '--name', chaincode],
            ...['--ctor', JSON.stringify({ Args: args })],
          ],
        });
        return Buffer.from(stdout).toString('utf8').replace(/\n$/, '');
      } catch (error) {
        throw withWhatToLookAt(error);
      }
    },
  };
}

/** A peer says nothing while it waits, five minutes by default, for a chaincode that has connected under another name. */
function withWhatToLookAt(error: unknown): unknown {
  if (!(error instanceof FabricError) || error.kind !== 'timeout') return error;
  const hint = "Check that the chaincode's server is well and has the package ID as its CHAINCODE_ID";
  return new FabricError('timeout', `${error.message}. ${hint}`, { cause: error });
}
