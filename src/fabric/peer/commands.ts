import { channelCommands, type PeerChannelCommands } from './channel.ts';
import { lifecycleCommands, type PeerLifecycleCommands } from './lifecycle.ts';
import { PeerProgram } from './program.ts';
import { queryCommands, type PeerQueryCommands } from './query.ts';
import type { PeerSession } from './session.ts';
import { inPrivateFolder } from '../tools/private-folder.ts';
import type { FabricPrograms } from '../tools/programs.ts';

/** Every command throws `FabricError`, or the signal's reason when it is aborted. They may run at the same time. */
export type PeerCommands = PeerChannelCommands & PeerLifecycleCommands & PeerQueryCommands;

/**
 * Gives `act` the commands of the `peer` program in an Admin's name. The Admin's MSP folder lives as long as `act`.
 *
 * @param act must not leave a command behind
 */
export function withPeerCommands<Result>(
  programs: FabricPrograms,
  session: PeerSession,
  act: (peer: PeerCommands) => Promise<Result>,
): Promise<Result> {
  return inPrivateFolder(async (folder) => {
    const program = new PeerProgram(programs, session, folder);
    await program.prepare();
    return act({ ...channelCommands(program), ...lifecycleCommands(program), ...queryCommands(program) });
  });
}
