import { Command, Option } from 'commander';

import { LONGEST_PAUSE_TEXT, LONGEST_TARGET, MOST_RENEWAL_TARGETS } from '../../spec/index.ts';
import { withApiFlags } from '../api/connection.ts';
import {
  countFlag,
  duration,
  textFlag,
  textsFlag,
  timeoutFlag,
  withAccessFlags,
  withCommonFlags,
  withExamples,
  withFileFlag,
  withDestinationFlags,
  type CommonFlags,
} from '../flags.ts';
import type { CommandRunner } from '../command-runner.ts';
import { weftCancel, type CancelFlags } from './cancel.ts';
import { weftDown, type DownFlags } from './down.ts';
import { weftHistory, type HistoryFlags } from './history.ts';
import { weftPause, weftResume, type PauseFlags } from './pause.ts';
import { weftPlan, type PlanFlags } from './plan.ts';
import { weftRenew, type RenewFlags } from './renew.ts';
import { weftRetry, type RetryFlags } from './retry.ts';
import { weftSchedule, type ScheduleFlags } from './schedule.ts';
import { weftSign, weftSignatures, type SignaturesFlags, type SignFlags } from './signatures.ts';
import { weftStatus, type StatusFlags } from './status.ts';
import { weftUp, type UpFlags } from './up.ts';
import { weftWatch, type WatchFlags } from './watch.ts';

/** The commands that work on one network of one cluster. */
export function networkCommands(run: CommandRunner): Command[] {
  return [
    upCommand(run),
    planCommand(run),
    statusCommand(run),
    renewCommand(run),
    scheduleCommand(run),
    historyCommand(run),
    watchCommand(run),
    pauseCommand(run),
    resumeCommand(run),
    retryCommand(run),
    signaturesCommand(run),
    signCommand(run),
    downCommand(run),
    cancelCommand(run),
  ];
}

function upCommand(run: CommandRunner): Command {
  const command = servedCommand('up', 'Bring a network up as its description says')
    .option(
      '-y, --yes',
      'remove what the description no longer names, and have leave channels who is not in them any more, without asking',
    )
    .option('--prune-data', 'remove the ledger volumes of removed nodes too')
    .option('--remove-channels', 'remove channels that the description no longer names; their names stay taken')
    .addOption(
      new Option('--plan <id>', 'do just what a plan of a service says, with what it removes (with --api)').conflicts([
        'yes',
        'pruneData',
        'removeChannels',
      ]),
    )
    .option('--no-wait', 'start the run and return')
    .addOption(timeoutFlag())
    .action((flags: UpFlags & CommonFlags) => run(flags, (session) => weftUp(flags, session)));
  return withExamples(command, [
    'weft up -f examples/test-network.yaml      on the embedded platform, which is started if need be',
    'weft up -f network.yaml --context prod-eu  on a cluster of yours; a worker must run for it: weft worker --context prod-eu',
    'TEMPORAL_ADDRESS=temporal:7233 weft up     on the embedded cluster, carried out by your own Temporal',
    'weft up -o json --yes                      in a script, from ./network.yaml',
  ]);
}

function planCommand(run: CommandRunner): Command {
  const command = servedCommand('plan', 'Show what `weft up` would create, change and remove, and why')
    .option('--exit-code', 'exit with 5 if there is something to do')
    .option('--all', 'show what stays as it is too')
    .option('--prune-data', 'plan to remove the ledger volumes of removed nodes too')
    .action((flags: PlanFlags & CommonFlags) => run(flags, (session) => weftPlan(flags, session)));
  return withExamples(command, ['weft plan -f network.yaml', 'weft plan -f network.yaml --exit-code -o json']);
}

function statusCommand(run: CommandRunner): Command {
  const command = servedCommand('status', 'Show every node: ready or not and why, its version, its certificates')
    .argument(
      '[network]',
      'name of the network; without it the one that -f describes, else the only one, else all in short',
    )
    .option('--exit-code', 'exit with 6 if the network, or one of all, is not ready')
    .option('-w, --watch', 'look again every 2 seconds')
    .action((name: string | undefined, flags: StatusFlags & CommonFlags) =>
      run(flags, (session) => weftStatus(name, flags, session)),
    );
  return withExamples(command, [
    'weft status                               the only network, or all of them in short',
    'weft status test-network',
    'weft status test-network -o wide          every certificate with its serial number',
    'weft status -f network.yaml --exit-code   in a script',
  ]);
}

function renewCommand(run: CommandRunner): Command {
  const command = servedCommand('renew', 'Renew certificates now, one node at a time')
    .argument('[network]', 'name of the network; without it the one that -f describes')
    .addOption(
      textsFlag(
        '--target <owner...>',
        'only of these: an organization (org1), or what is its own (org1/peer1, org1/admin, org1/ca)',
        { longest: LONGEST_TARGET, most: MOST_RENEWAL_TARGETS },
      ),
    )
    .addOption(new Option('--due', 'only those that are due').conflicts('target'))
    .option('--new-key', 'replace the keys, too; channels learn the new key of an orderer before it starts with that')
    .option('--dry-run', 'show what would be renewed, and change nothing')
    .addOption(timeoutFlag())
    .action((name: string | undefined, flags: RenewFlags & CommonFlags) =>
      run(flags, (session) => weftRenew(name, flags, session)),
    );
  return withExamples(command, [
    'weft renew test-network                       all of it',
    'weft renew test-network --target org1/peer1   one node; several: --target org0 org1/peer1',
    'weft renew test-network --due --dry-run       what is due now',
    'weft renew test-network --new-key --target org0/orderer1',
  ]);
}

function scheduleCommand(run: CommandRunner): Command {
  const command = servedCommand('schedule', 'Have a network looked at again and again: what is due is renewed')
    .argument('[network]', 'name of the network; without it the one that -f describes')
    .addOption(new Option('--every <duration>', 'how often, e.g. 12h').argParser(duration))
    .option('--heal', 'mend what differs from what was brought up last, instead of reporting it')
    .addOption(new Option('--pause', 'do nothing until it is resumed').conflicts(['resume', 'delete']))
    .addOption(new Option('--resume', 'go on').conflicts('delete'))
    .addOption(new Option('--delete', 'have it looked at no more').conflicts('every'))
    .action((name: string | undefined, flags: ScheduleFlags & CommonFlags) =>
      run(flags, (session) => weftSchedule(name, flags, session)),
    );
  return withExamples(command, [
    'weft schedule test-network --every 12h   renew what is due, report what differs',
    'weft schedule test-network               how often, when next, what the last look did',
    'weft schedule test-network --delete',
  ]);
}

function historyCommand(run: CommandRunner): Command {
  const command = servedCommand('history', 'List the runs of a network: who, when, what changed, and how each ended')
    .argument('[network]', 'name of the network; without it the one that -f describes')
    .addOption(countFlag('--limit <count>', 'show not more than so many, newest first').default(20))
    .action((name: string | undefined, flags: HistoryFlags & CommonFlags) =>
      run(flags, (session) => weftHistory(name, flags, session)),
    );
  return withExamples(command, [
    'weft history test-network',
    'weft history test-network -o wide         every change by its name',
    'weft history test-network --limit 100 -o json',
  ]);
}

function watchCommand(run: CommandRunner): Command {
  const command = servedCommand('watch', 'Show the run that works on a network until it ends')
    .argument('[network]', 'name of the network; without it the one that -f describes')
    .action((name: string | undefined, flags: WatchFlags & CommonFlags) =>
      run(flags, (session) => weftWatch(name, flags, session)),
    );
  return withExamples(command, ['weft watch test-network']);
}

function pauseCommand(run: CommandRunner): Command {
  const command = servedCommand('pause', 'Have the run that works on a network begin no new step until it is resumed')
    .argument('[network]', 'name of the network; without it the one that -f describes')
    .addOption(
      textFlag('--reason <text>', 'why, for whoever looks at the run', LONGEST_PAUSE_TEXT).makeOptionMandatory(),
    )
    .action((name: string | undefined, flags: PauseFlags & CommonFlags) =>
      run(flags, (session) => weftPause(name, flags, session)),
    );
  return withExamples(command, ['weft pause test-network --reason "the nodes are being upgraded"']);
}

function resumeCommand(run: CommandRunner): Command {
  const command = servedCommand('resume', 'Have a paused run go on')
    .argument('[network]', 'name of the network; without it the one that -f describes')
    .addOption(textFlag('--reason <text>', 'why, for the record of the run', LONGEST_PAUSE_TEXT))
    .action((name: string | undefined, flags: PauseFlags & CommonFlags) =>
      run(flags, (session) => weftResume(name, flags, session)),
    );
  return withExamples(command, ['weft resume test-network']);
}

function retryCommand(run: CommandRunner): Command {
  const command = servedCommand('retry', 'Try at once what waits for its next attempt')
    .argument('[network]', 'name of the network; without it the one that -f describes')
    .addOption(textFlag('--target <name>', 'only the steps on this, e.g. org1/peer1', LONGEST_TARGET))
    .action((name: string | undefined, flags: RetryFlags & CommonFlags) =>
      run(flags, (session) => weftRetry(name, flags, session)),
    );
  return withExamples(command, ['weft retry test-network', 'weft retry test-network --target org1/peer1']);
}

function signaturesCommand(run: CommandRunner): Command {
  const command = servedCommand('signatures', 'List the changes of channels that wait for a signature, and hand one in')
    .argument('[network]', 'name of the network; without it the one that -f describes')
    .option('--channel <name>', 'only this channel')
    .addOption(new Option('--out <path>', 'write the update that is to be signed').conflicts('add'))
    .option('--add <path>', 'hand in the update with signatures')
    .action((name: string | undefined, flags: SignaturesFlags & CommonFlags) =>
      run(flags, (session) => weftSignatures(name, flags, session)),
    );
  return withExamples(command, [
    'weft signatures test-network                    what is awaited, and of whom',
    'weft signatures test-network --out update.pb    for weft sign, or peer channel signconfigtx',
    'weft signatures test-network --add update.pb    with the signatures',
  ]);
}

function signCommand(run: CommandRunner): Command {
  const command = withAccessFlags(
    new Command('sign').description('Sign a change of a channel as the Admin of an organization'),
  )
    .argument('<update>', 'the file, as weft signatures --out writes it')
    .requiredOption('--as <organization>', 'the organization whose Admin signs')
    .option('--out <path>', 'where to write it with the signature (default: the same file)')
    .action((file: string, flags: SignFlags & CommonFlags) => run(flags, (session) => weftSign(file, flags, session)));
  return withExamples(command, [
    'weft sign update.pb --as org2',
    'weft sign update.pb --as org2 --network other --context prod-eu',
  ]);
}

function downCommand(run: CommandRunner): Command {
  const command = servedCommand('down', 'Remove everything that Weft made for a network')
    .argument('[network]', 'name of the network; without it the one that -f describes')
    .option('-y, --yes', 'do not ask')
    .option('--keep-data', 'keep the volumes of peers, orderers and CAs')
    .addOption(timeoutFlag())
    .action((name: string | undefined, flags: DownFlags & CommonFlags) =>
      run(flags, (session) => weftDown(name, flags, session)),
    );
  return withExamples(command, ['weft down test-network', 'weft down -f network.yaml --yes --keep-data']);
}

function cancelCommand(run: CommandRunner): Command {
  const command = servedCommand('cancel', 'Stop the run that works on a network; what it has done stays')
    .argument('[network]', 'name of the network; without it the one that -f describes')
    .option('--no-wait', 'ask for it and return')
    .action((name: string | undefined, flags: CancelFlags & CommonFlags) =>
      run(flags, (session) => weftCancel(name, flags, session)),
    );
  return withExamples(command, ['weft cancel test-network']);
}

/** A command that works through a service as well. */
function servedCommand(name: string, description: string): Command {
  return withCommonFlags(withApiFlags(withDestinationFlags(withFileFlag(new Command(name).description(description)))));
}
