import { OperationFailure, queueNames, runDocument, type OperationProblem } from '../../operations/index.ts';
import type { FailureReport } from '../command-failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { clockTime } from '../render/duration.ts';

/** @returns a use case's failure as an exit code and what to type, or undefined if the error is none */
export function operationReport(error: unknown): FailureReport | undefined {
  if (!(error instanceof OperationFailure)) return undefined;
  const { problem, message } = error;
  const hints = hintsFor(problem);
  const exitCode = EXIT_CODES[problem.code];
  if (problem.code !== 'NetworkBusy') return { exitCode, message, hints };
  return {
    exitCode,
    message: busyMessage(problem),
    hints,
    document: { ...runDocument(problem.network, [], 'failed') },
  };
}

/** With the time of this machine's clock, which is the one that people look at. */
function busyMessage({ network, requested, holder }: Extract<OperationProblem, { code: 'NetworkBusy' }>): string {
  const who = holder.requestedBy === '' ? '' : ` by ${holder.requestedBy}`;
  const same = holder.operation === requested ? ' with another description' : '';
  return `another run holds ${network}: \`${holder.operation}\`${same}, started at ${clockTime(holder.since)}${who}. Nothing was started.`;
}

const EXIT_CODES: Readonly<Record<OperationProblem['code'], ExitCode>> = {
  NoWorker: EXIT.unreachable,
  NetworkBusy: EXIT.busy,
  RunSilent: EXIT.unreachable,
  RunRefuses: EXIT.failed,
  NetworkNotFound: EXIT.failed,
  NoNetworks: EXIT.failed,
  NetworkNotNamed: EXIT.usage,
  NetworkAmbiguous: EXIT.usage,
  RecordUnreadable: EXIT.failed,
  ObjectMissing: EXIT.failed,
  ChaincodeNotFound: EXIT.usage,
  ChannelNotNamed: EXIT.usage,
  ChannelNotFound: EXIT.usage,
  NotAMember: EXIT.usage,
  PeerNotFound: EXIT.usage,
  OrganizationNotFound: EXIT.usage,
  OrganizationElsewhere: EXIT.usage,
  IdentityNotFound: EXIT.usage,
  IdentityRevoked: EXIT.failed,
  EnvelopeInvalid: EXIT.usage,
  SignerUnknown: EXIT.usage,
  RecipientInvalid: EXIT.usage,
  KeyInvalid: EXIT.usage,
  BackupLocked: EXIT.failed,
  BackupUnreadable: EXIT.failed,
  NotInBackup: EXIT.usage,
  RestoreConflict: EXIT.failed,
  TimedOut: EXIT.timeout,
};

type Hints = {
  readonly [Code in OperationProblem['code']]: (
    problem: Extract<OperationProblem, { code: Code }>,
  ) => readonly string[];
};

const HINTS: Hints = {
  NoWorker: ({ queues }) => [`Start one for ${queueNames(queues)}, and leave it running: weft worker`],
  NetworkBusy: ({ network }) => [`Watch it: weft watch ${network}`, `Stop it:  weft cancel ${network}`],
  RunSilent: () => ['Start a worker, and ask again: weft worker'],
  RunRefuses: () => [],
  NetworkNotFound: () => ['Bring it up: weft up -f network.yaml'],
  NoNetworks: () => ['Bring one up: weft up -f network.yaml'],
  NetworkNotNamed: ({ networks }) => [`Name one: --network ${networks[0] ?? 'NAME'}`],
  NetworkAmbiguous: () => ['Say which by its description, which names its namespaces: -f FILE'],
  RecordUnreadable: () => [
    'Use the version of Weft that wrote it, or delete it and bring the network up: weft up -f network.yaml',
  ],
  ObjectMissing: () => ['It is made when the network is brought up, and again by: weft up'],
  ChaincodeNotFound: ({ known }) => [
    `It has: ${listed(known)}`,
    'One that Weft did not deploy, or a system chaincode, needs its channel named: --channel NAME',
  ],
  ChannelNotNamed: ({ channels }) => [`Name one: --channel ${channels[0] ?? 'NAME'}`],
  ChannelNotFound: ({ known }) => [`It has: ${listed(known)}`],
  NotAMember: ({ members }) => [`Its members: ${listed(members)}`],
  PeerNotFound: ({ known }) =>
    known.length === 0
      ? ['Choose another member: --org NAME']
      : [`Its peers there: ${listed(known)}`, 'Another organization: --org NAME'],
  OrganizationNotFound: ({ known }) => [`Those with peers: ${listed(known)}`],
  OrganizationElsewhere: ({ elsewhere }) => [
    `Name that cluster: --context ${elsewhere}`,
    'Another organization: --org NAME',
  ],
  IdentityNotFound: ({ organization, identity, known }) => [
    `It has: ${listed(known)}`,
    `Make it: weft identity add ${identity} --org ${organization}`,
  ],
  IdentityRevoked: ({ organization }) => [`Make another one: weft identity add NAME --org ${organization}`],
  EnvelopeInvalid: () => ['Get the file anew: weft signatures NETWORK --out FILE'],
  SignerUnknown: ({ known }) => [`It has: ${listed(known)}`],
  RecipientInvalid: () => ['It begins with age1. Make a pair of keys: age-keygen -o weft-backup.key'],
  KeyInvalid: () => ['It begins with AGE-SECRET-KEY-1, and is alone in its line.'],
  BackupLocked: () => [
    'Give what it was encrypted to: --passphrase-file FILE, or --identity-file FILE with the private key.',
  ],
  BackupUnreadable: () => ['Use the version of Weft that wrote it. What is in it: age -d FILE | tar -tv'],
  NotInBackup: ({ known }) => [`It has: ${listed(known)}`],
  RestoreConflict: () => [
    'Restore only what was lost: --org NAME',
    'Or delete what shall be as it was in the backup, and restore again; what is in it: age -d FILE | tar -tv',
  ],
  TimedOut: () => ['Wait longer: --timeout 2m'],
};

function hintsFor(problem: OperationProblem): readonly string[] {
  // The table has an entry for each code, which the compiler cannot pair with the code of this one problem.
  return (HINTS[problem.code] as (problem: OperationProblem) => readonly string[])(problem);
}

function listed(names: readonly string[]): string {
  return names.join(', ') || 'none';
}
