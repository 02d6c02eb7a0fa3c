import { Command, InvalidArgumentError, Option } from 'commander';

import { withAccessFlags, withExamples, type CommonFlags } from '../flags.ts';
import type { CommandRunner } from '../command-runner.ts';
import { connection, type ConnectionFlags } from './connection.ts';

const PROFILE_HELP = `
The profile is JSON: network, organization, mspId, channels, chaincodes, peers (name, endpoint, hostOverride, channels),
tlsRoots (PEM), identity (the Secret with certificate and key; with --out the paths of the files instead).
Private keys leave the cluster with --out only.`;

/** `weft connection`. */
export function connectionCommand(run: CommandRunner): Command {
  const command = withAccessFlags(
    new Command('connection')
      .description('Print what a client of Fabric gateways needs to work in the name of an organization')
      .option('--org <name>', 'the organization (default: the first one with peers)')
      .addOption(
        new Option('--identity <name>', 'whose identity: one that weft identity add has made').conflicts('admin'),
      )
      .option('--admin', "the organization's Admin instead, who may change its channels")
      .option('--out <folder>', 'write connection.json, tls-root.pem, certificate.pem and key.pem into this folder')
      .option(
        '--forward [port]',
        'open a way from a port of this machine to a peer until Ctrl-C (default: a free port)',
        port,
      ),
  ).action((flags: ConnectionFlags & CommonFlags) => run(flags, (session) => connection(flags, session)));
  command.addHelpText('after', PROFILE_HELP);
  return withExamples(command, [
    'weft connection --org org1 --identity app1 > connection.json             for clients inside the cluster',
    'weft connection --org org1 --identity app1 --out org1 --forward 7051     for clients on this machine, such as examples/client',
    'weft connection --org org1 --admin --out org1-admin',
  ]);
}

const LAST_PORT = 65_535;

function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number <= LAST_PORT) return number;
  throw new InvalidArgumentError(`It must be a port from 1 to ${LAST_PORT}.`);
}
