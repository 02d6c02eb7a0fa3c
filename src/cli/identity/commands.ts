import { Command, Option } from 'commander';

import { timeoutFlag, withAccessFlags, withExamples, type CommonFlags } from '../flags.ts';
import type { CommandRunner } from '../command-runner.ts';
import { attribute } from './attributes.ts';
import { add, revoke, type AddFlags, type IdentityFlags } from './change.ts';
import { list, type ListFlags } from './list.ts';

const ADD_HELP = `
Key and certificate lie in the Secret <organization>-<name>-identity, beside the organization's nodes, and go with the network.
weft connection --identity NAME hands them out. Chaincode reads the attributes that are in the certificate (:ecert).`;

const REVOKE_HELP = `
Its certificates are revoked at the organization's CA, and the CA's revocation list is written into the organization's MSP in every channel
that it has a part in. The command waits until the peers there have it. A name that is revoked cannot be enrolled again.`;

/** `weft identity`. */
export function identityCommand(run: CommandRunner): Command {
  const command = new Command('identity').description('Give applications identities of their own, and revoke them');
  for (const sub of [addCommand(run), listCommand(run), revokeCommand(run)]) command.addCommand(sub);
  return command;
}

function addCommand(run: CommandRunner): Command {
  const command = withAccessFlags(new Command('add').description('Register and enroll an identity for an application'))
    .argument('<name>', 'its enrollment ID, e.g. app1')
    .requiredOption('--org <name>', 'the organization that it belongs to')
    .addOption(new Option('--type <type>', 'what it is to Fabric').choices(['client', 'admin']).default('client'))
    .option('--affiliation <name>', 'where it belongs within the organization, e.g. org1.department1')
    .option(
      '--attribute <name=value>',
      'an attribute, as often as there are; name=value:ecert puts it into the certificate',
      attribute,
    )
    .addOption(timeoutFlag())
    .action((name: string, flags: AddFlags & CommonFlags) => run(flags, (session) => add(name, flags, session)));
  command.addHelpText('after', ADD_HELP);
  return withExamples(command, [
    'weft identity add app1 --org org1 --network test-network',
    'weft identity add teller1 --org org1 --attribute role=teller:ecert --attribute desk=7',
    'weft identity add app2 --org org1 --affiliation org1.department1',
  ]);
}

function listCommand(run: CommandRunner): Command {
  const command = withAccessFlags(new Command('list').description('List the identities of applications'))
    .option('--org <name>', 'only those of this organization')
    .action((flags: ListFlags & CommonFlags) => run(flags, (session) => list(flags, session)));
  return withExamples(command, ['weft identity list', 'weft identity list --org org1 -o json']);
}

function revokeCommand(run: CommandRunner): Command {
  const command = withAccessFlags(new Command('revoke').description('Have nobody take an identity any more'))
    .argument('<name>', 'its enrollment ID')
    .requiredOption('--org <name>', 'the organization that it belongs to')
    .addOption(timeoutFlag())
    .action((name: string, flags: IdentityFlags & CommonFlags) =>
      run(flags, (session) => revoke(name, flags, session)),
    );
  command.addHelpText('after', REVOKE_HELP);
  return withExamples(command, ['weft identity revoke app1 --org org1 --network test-network']);
}
