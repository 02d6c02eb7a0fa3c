import { Command } from 'commander';

// Not the whole of it: the client of Kubernetes takes a moment to load, and a Role is only printed.
import {
  DEFAULT_WORKER_NAME,
  workerRole,
  workerRoleText,
  type WorkerAccount,
} from '../kubernetes/access/worker-role.ts';
import type { CommandRunner } from './command-runner.ts';
import { EXIT } from './exit-codes.ts';
import { withCommonFlags, withExamples, type CommonFlags } from './flags.ts';
import type { CommandResult } from './session.ts';

/** `weft worker role`: the ServiceAccount, the Role and the RoleBinding of a worker, for `kubectl apply`. */
export async function role(account: WorkerAccount): Promise<CommandResult> {
  const [items, text] = await Promise.all([workerRole(account), workerRoleText(account)]);
  return { exitCode: EXIT.done, text: text.trimEnd(), document: { apiVersion: 'v1', kind: 'List', items } };
}

export function workerRoleCommand(run: CommandRunner): Command {
  const command = new Command('role')
    .description('Print what a worker has to be allowed in one namespace: account, Role and RoleBinding')
    .requiredOption('--namespace <namespace>', 'the namespace of the organizations that the worker is for')
    .option(
      '--account-namespace <namespace>',
      'where the account stands if not there: where the pods of the worker run',
    )
    .option('--name <name>', 'name of the account, the Role and the RoleBinding', DEFAULT_WORKER_NAME);
  withCommonFlags(command).action((flags: WorkerAccount & CommonFlags) => run(flags, () => role(flags)));
  return withExamples(command, [
    'weft worker role --namespace org1 | kubectl apply -f -',
    "weft worker role --namespace org1 --account-namespace weft | kubectl apply -f -   for workers in the cluster's namespace weft",
    'kubectl create token weft-worker --namespace org1 --duration 24h   a token for a kubeconfig of the worker',
  ]);
}
