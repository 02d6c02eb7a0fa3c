import { Command } from 'commander';

import type { CommandRunner } from '../command-runner.ts';
import { withCommonFlags, withExamples, withFileFlag, withOwnDestinationFlags, type CommonFlags } from '../flags.ts';
import { weftBackup, type BackupFlags } from './backup.ts';
import { weftRestore, type RestoreFlags } from './restore.ts';

const CONTENTS_HELP = `
It holds the network's Secrets (private keys and passwords of nodes, Admins, registrars), the volumes of its CAs (their keys and
databases), genesis blocks, published roots and the record. It holds no ledgers: peers fetch theirs from the orderers, and those of
the orderers need copies of their volumes. Each CA is stopped for some seconds. The file is for its owner alone (mode 0600).`;

const RESTORE_HELP = `
What stands is left as it is; where something differs from the backup, nothing is restored at all. Afterwards \`weft up\` goes on from
there. To restore into namespaces that are being deleted, wait until they are gone.`;

/** `weft backup` and `weft restore`. */
export function backupCommands(run: CommandRunner): Command[] {
  return [backupCommand(run), restoreCommand(run)];
}

function backupCommand(run: CommandRunner): Command {
  const command = withCommonFlags(
    withOwnDestinationFlags(
      withFileFlag(
        new Command('backup')
          .description('Write what cannot be made again of a network into an encrypted file')
          .argument('[network]', 'name of the network; without it the one that -f describes'),
      ),
    ),
  )
    .requiredOption('--out <file>', 'the backup; a file that is there is not written over')
    .option('--recipient <key>', 'encrypt to this public key, age1…; may be repeated', collected)
    .option('--passphrase-file <file>', 'encrypt to the passphrase in this file, "-" for standard input')
    .action((name: string | undefined, flags: BackupFlags & CommonFlags) =>
      run(flags, (session) => weftBackup(name, flags, session)),
    );
  command.addHelpText('after', CONTENTS_HELP);
  return withExamples(command, [
    'age-keygen -o weft-backup.key                                 once: a pair of keys; keep it where the cluster is not',
    'weft backup test-network --out net.age --recipient age1…      with the public key that it printed',
    'weft backup test-network --out net.age --passphrase-file passphrase.txt',
  ]);
}

function restoreCommand(run: CommandRunner): Command {
  const command = withCommonFlags(
    withOwnDestinationFlags(
      new Command('restore')
        .description('Make what a backup holds and the cluster has lost')
        .argument('<file>', 'the backup'),
    ),
  )
    .option('--identity-file <file>', 'open it with the private key in this file, "-" for standard input')
    .option('--passphrase-file <file>', 'open it with the passphrase in this file, "-" for standard input')
    .option('--org <name>', 'restore this organization alone; may be repeated', collected)
    .action((file: string, flags: RestoreFlags & CommonFlags) =>
      run(flags, (session) => weftRestore(file, flags, session)),
    );
  command.addHelpText('after', RESTORE_HELP);
  return withExamples(command, [
    'weft restore net.age --identity-file weft-backup.key && weft up -f network.yaml',
    'weft restore net.age --identity-file weft-backup.key --org org1   after the loss of one namespace of several',
  ]);
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
