import { basename, resolve } from 'node:path';

import { Command } from 'commander';

import type { PushedImage } from '../../local/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, withExamples, type CommonFlags } from '../flags.ts';
import type { CommandRunner } from '../command-runner.ts';
import type { CommandResult, Session } from '../session.ts';
import { refuseOtherThanGo } from './source.ts';

export interface PushFlags {
  readonly name?: string;
  readonly version: string;
}

/** `weft chaincode push`: builds a Go chaincode and puts its image into the registry of the embedded platform. */
export async function push(folder: string, flags: PushFlags, session: Session): Promise<CommandResult> {
  const directory = resolve(session.workingDirectory, folder);
  const name = flags.name ?? basename(directory);
  refuseBadNames(name, flags);
  await refuseOtherThanGo(folder, directory);
  const pushed = await interruptible(session, (report, signal) =>
    session.platform.pushGoProgram({ directory, name, version: flags.version }, report, signal),
  );
  session.note(`${summary(pushed)}\n`);
  return { exitCode: EXIT.done, text: pushed.reference, document: pushed };
}

export function pushCommand(run: CommandRunner): Command {
  const command = new Command('push')
    .description('Build a Go chaincode and push its image to the registry of the embedded platform')
    .argument('<folder>', "the chaincode's folder, with go.mod and package main")
    .option('--name <name>', "the image's name (default: the folder's)")
    .option('--version <version>', "the image's tag", '1.0');
  withCommonFlags(command).action((folder: string, flags: PushFlags & CommonFlags) =>
    run(flags, (session) => push(folder, flags, session)),
  );
  command.addHelpText('after', `\n${IMAGE_HELP}`);
  return withExamples(command, [
    'weft chaincode push examples/chaincode/basic                    prints localhost:5000/basic:1.0',
    'weft chaincode push . --name basic --version 1.1',
    'image=$(weft chaincode push -q examples/chaincode/basic)        for a description',
  ]);
}

const IMAGE_HELP = `The image holds the static program alone, and runs it as a user that is not root. The same sources make the same image.
It is an image like any other: what is pushed to localhost:5000 by another tool, such as docker or buildah, does as well.`;

/** As the OCI distribution specification has them. */
const REPOSITORY = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;

function refuseBadNames(name: string, flags: PushFlags): void {
  if (!REPOSITORY.test(name)) {
    throw new CommandFailure({
      exitCode: EXIT.usage,
      message: `an image cannot be named "${name}"${flags.name === undefined ? ', as its folder is' : ''}: lower case letters, digits, and single ._- between them.`,
      hints: ['Name it: --name basic'],
    });
  }
  if (!TAG.test(flags.version)) {
    throw new CommandFailure({
      exitCode: EXIT.usage,
      message: `an image cannot have the version "${flags.version}": letters, digits and ._- only, at most 128.`,
    });
  }
}

function summary({ outcome, digest, reference }: PushedImage): string {
  switch (outcome) {
    case 'created':
      return `pushed, ${digest}`;
    case 'updated':
      return [
        `pushed in place of another image of that name, ${digest}`,
        // imagePullPolicy is IfNotPresent: what a node has by that name is not asked for again.
        'A node that has the other one goes on with it. To deploy this one, push it with another --version,',
        `or describe it by its digest: ${reference}@${digest}`,
      ].join('\n');
    case 'unchanged':
      return `unchanged, ${digest}`;
  }
}

/** Ctrl-C ends the build; what was pushed until then is no image yet. */
async function interruptible<T>(
  session: Session,
  work: (report: (line: string) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupted = new AbortController();
  const stopListening = session.terminal.onInterrupt((signal) => {
    interrupted.abort(signal);
  });
  try {
    return await work((line) => {
      session.note(`${line}\n`);
    }, interrupted.signal);
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    throw new CommandFailure({
      exitCode: interrupted.signal.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted,
      message: 'interrupted. Nothing was pushed.',
    });
  } finally {
    stopListening();
  }
}
