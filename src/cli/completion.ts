import { Argument, Command, type Option } from 'commander';

import { EXIT } from './exit-codes.ts';
import { withCommonFlags, withExamples, type CommonFlags } from './flags.ts';
import type { CommandRunner } from './command-runner.ts';
import type { CommandResult } from './session.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

type Shell = (typeof SHELLS)[number];

/** One word after `weft` (or two, for `weft local start`) and what may follow it. */
interface Completable {
  readonly path: string;
  readonly description: string;
  readonly flags: readonly string[];
  readonly children: readonly string[];
}

/** `weft completion`: a script that teaches a shell the commands and flags. */
export function completion(shell: Shell, program: Command): CommandResult {
  const text = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](completables(program));
  return { exitCode: EXIT.done, text };
}

/** @param program - gives the finished tree of commands, of which this one is a part. */
export function completionCommand(run: CommandRunner, program: () => Command): Command {
  const command = new Command('completion')
    .description('Print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS));
  withCommonFlags(command).action((shell: Shell, flags: CommonFlags) =>
    run(flags, () => Promise.resolve(completion(shell, program()))),
  );
  return withExamples(command, [
    'source <(weft completion bash)',
    'weft completion zsh > "${fpath[1]}/_weft"',
    'weft completion fish > ~/.config/fish/completions/weft.fish',
  ]);
}

function completables(command: Command, parents: readonly string[] = []): Completable[] {
  const flags = command.options.filter(({ hidden }) => !hidden).map(longFlag);
  const children = command.commands.map((child) => child.name());
  const self = { path: parents.join(' '), description: command.description(), flags, children };
  return [self, ...command.commands.flatMap((child) => completables(child, [...parents, child.name()]))];
}

function longFlag({ long, short, flags }: Option): string {
  return long ?? short ?? flags;
}

function bashScript(commands: readonly Completable[]): string {
  const cases = commands.map(
    ({ path, flags, children }) => `    '${path}') words='${[...children, ...flags].join(' ')}' ;;`,
  );
  return `_weft() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && break
    path="\${path:+$path }$word"
  done
  case "$path" in
${cases.join('\n')}
    *) case "\${path%% *}" in
${commands
  .filter(({ path, children }) => path !== '' && !path.includes(' ') && children.length === 0)
  .map(({ path, flags }) => `      '${path}') words='${flags.join(' ')}' ;;`)
  .join('\n')}
    esac ;;
  esac
  if [[ $current != -* && -n $path ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -o filenames -F _weft weft`;
}

function zshScript(commands: readonly Completable[]): string {
  return `#compdef weft
autoload -U +X bashcompinit && bashcompinit
${bashScript(commands)}`;
}

function fishScript(commands: readonly Completable[]): string {
  const [root, ...others] = commands;
  const names = root?.children.join(' ') ?? '';
  const lines = others.flatMap(({ path, description, flags }) => {
    const words = path.split(' ');
    const name = words.at(-1) ?? '';
    const parent = words.slice(0, -1).join(' ');
    const where = parent === '' ? `not __fish_seen_subcommand_from ${names}` : `__fish_seen_subcommand_from ${parent}`;
    return [
      `complete -c weft -n '${where}' -a ${name} -d '${description.replaceAll("'", "\\'")}'`,
      ...flags.map((flag) => `complete -c weft -n '__fish_seen_subcommand_from ${name}' -l ${flag.replace(/^--/, '')}`),
    ];
  });
  return lines.join('\n');
}
