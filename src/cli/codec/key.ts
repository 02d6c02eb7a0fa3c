import { Command } from 'commander';

import { newKeyLines } from '../../codec/index.ts';
import type { CommandRunner } from '../command-runner.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, withExamples, type CommonFlags } from '../flags.ts';
import type { CommandResult, Session } from '../session.ts';

/** `weft codec key`: makes a key for payloads, as a line of a key file. */
function key({ now, note }: Session): CommandResult {
  const { id, lines } = newKeyLines(now());
  note(`A key for WEFT_PAYLOAD_KEY_FILE, ${id}. Whoever has it reads what Temporal keeps; without it nobody does.\n`);
  return { exitCode: EXIT.done, text: lines, document: { id, lines } };
}

export function keyCommand(run: CommandRunner): Command {
  const command = new Command('key').description('Make a key, as a line of the file that WEFT_PAYLOAD_KEY_FILE names');
  withCommonFlags(command).action((flags: CommonFlags) => run(flags, (session) => Promise.resolve(key(session))));
  return withExamples(command, [
    '(umask 077; weft codec key > payload-keys)     the first key',
    'weft codec key >> payload-keys                 one more: it decrypts, and encrypts once it is the first in the file',
    'kubectl create secret generic weft-payload-keys --from-file keys=payload-keys',
  ]);
}
