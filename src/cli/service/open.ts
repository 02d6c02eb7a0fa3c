import { Command } from 'commander';
import { z } from 'zod';

import type { PlatformService } from '../../local/index.ts';
import { CommandFailure } from '../command-failure.ts';
import type { CommandRunner } from '../command-runner.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, withExamples, type CommonFlags } from '../flags.ts';
import type { CommandResult, Session } from '../session.ts';

export interface OpenFlags {
  readonly browser: boolean;
}

/** `weft open`: shows the page of the embedded platform, signed in. */
export async function open({ browser }: OpenFlags, session: Session): Promise<CommandResult> {
  const service = await session.platform.service();
  if (service === undefined) {
    throw new CommandFailure({
      exitCode: EXIT.unreachable,
      message: 'the embedded platform does not serve the page.',
      hints: ['Start it: weft local start'],
    });
  }
  const link = await session.signInLink(service);
  const address = `${service.address}/sign-in#link=${link}`;
  // Without a terminal nobody sits before a screen.
  if (browser && session.terminal.stderrIsTerminal) await session.openBrowser(address);
  session.note('Good once, for 10 minutes:\n');
  return { exitCode: EXIT.done, text: address, document: { address } };
}

const linkSchema = z.object({ link: z.string() });

/** How long an API on this machine may take to answer, in milliseconds. */
const ANSWER_MS = 10_000;

/**
 * Has the API make a link that signs one browser in.
 *
 * @throws CommandFailure if it does not answer, or refuses
 */
export async function signInLink({ address, token }: PlatformService): Promise<string> {
  const answer = await fetch(`${address}/v1/sign-in-links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch((error: unknown) => {
    throw new CommandFailure({
      exitCode: EXIT.unreachable,
      message: `the API at ${address} does not answer: ${error instanceof Error ? error.message : String(error)}.`,
      hints: ['How it is: weft local status'],
    });
  });
  if (answer.ok) return linkSchema.parse(await answer.json()).link;
  throw new CommandFailure({
    exitCode: EXIT.failed,
    message: `the API at ${address} makes no link: it answers with status ${answer.status}.`,
    hints: ['Start it anew: weft local stop, weft local start'],
  });
}

export function openCommand(run: CommandRunner): Command {
  const command = new Command('open')
    .description('Open the page of the embedded platform in a browser, signed in')
    .option('--no-browser', 'only print the address');
  withCommonFlags(command).action((flags: OpenFlags & CommonFlags) => run(flags, (session) => open(flags, session)));
  return withExamples(command, ['weft open', 'weft open --no-browser      over ssh, with the port forwarded']);
}
