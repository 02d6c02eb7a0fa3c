import type { CommonFlags } from './flags.ts';
import type { CommandResult, Session } from './session.ts';

/** Carries out one command: commands call it with their flags and the work to do. */
export type CommandRunner = (flags: CommonFlags, work: (session: Session) => Promise<CommandResult>) => Promise<void>;
