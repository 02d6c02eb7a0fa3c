import { join } from 'node:path';

import { execa } from 'execa';
import { inject } from 'vitest';

import { directoryOf } from '../../../src/local/artifacts/cache.ts';
import { goArtifact } from '../../../src/local/artifacts/go-artifacts.ts';
import { obtain } from '../../../src/local/artifacts/obtain.ts';
import type { ReportProgress } from '../../../src/local/artifacts/progress.ts';

/** Of the same version as the embedded cluster. Debian's is too old for kube/weft, and a machine may have none. */
const VERSION = '1.34.4';

const artifact = goArtifact(
  {
    name: 'kubectl',
    version: VERSION,
    programs: { kubectl: 'weft.dev/test/kubectl' },
    variables: { 'k8s.io/component-base/version.gitVersion': `v${VERSION}` },
  },
  import.meta.dirname,
);

/** Builds kubectl unless it is there: a minute, once. */
export function prepareKubectl(report: ReportProgress): Promise<void> {
  return obtain(artifact, report);
}

/**
 * Runs kubectl on the tests' cluster, as its administrator.
 *
 * @param input - what it reads.
 * @returns what it wrote
 * @throws ExecaError if it fails
 */
export async function kubectl(parameters: readonly string[], input = ''): Promise<string> {
  const { stdout } = await start(parameters, { input });
  return stdout;
}

/**
 * Waits until a Deployment's pods are all ready, and those of an earlier version gone.
 *
 * @param withinMs - in milliseconds.
 * @throws Error with what is known of the pods if they are not in time
 */
export async function rolledOut(namespace: string, deployment: string, withinMs: number): Promise<void> {
  const timeout = `--timeout=${withinMs / 1000}s`;
  try {
    await kubectl(['rollout', 'status', `deployment/${deployment}`, '-n', namespace, timeout]);
  } catch (error) {
    const pods = await kubectl(['describe', 'pods', '-n', namespace]);
    const logs = await kubectl(['logs', `deployment/${deployment}`, '-n', namespace, '--tail=50']).catch(String);
    throw new Error(`${deployment} is not ready:\n${pods}\n${logs}`, { cause: error });
  }
}

/** Pods whose ends somebody looks at. */
export interface WatchedPods {
  /** Waits until pods are gone. @returns the exit code of each one's container, by the pod's name; undefined if it was not seen */
  readonly of: (pods: readonly string[]) => Promise<Readonly<Record<string, number | undefined>>>;
}

/** Looks from now on how the pods that a selector names end; each has one container. */
export function watchEndings(namespace: string, selector: string): WatchedPods {
  const output = 'jsonpath={.metadata.name} {.status.containerStatuses[0].state.terminated.exitCode}{"\\n"}';
  const query = ['pods', '-n', namespace, '-l', selector];
  const watching = start(['get', ...query, '--watch', '-o', output], { reject: false });
  let told = '';
  watching.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
  return {
    of: async (pods) => {
      const names = pods.map((pod) => `pod/${pod}`);
      await kubectl(['wait', '--for=delete', '-n', namespace, `--timeout=${GONE_S}s`, ...names]);
      watching.kill();
      await watching;
      const codes = new Map([...told.matchAll(/^(\S+) (\d+)$/gm)].map(([, pod, code]) => [pod, Number(code)]));
      return Object.fromEntries(pods.map((pod) => [pod, codes.get(pod)]));
    },
  };
}

/** Longer than anything of Weft takes to end that has no runs to wait for. */
const GONE_S = 60;

function start(parameters: readonly string[], options: { readonly input?: string; readonly reject?: boolean }) {
  const { kubeconfig, context } = inject('platform');
  const program = join(directoryOf(artifact), 'bin/kubectl');
  return execa(program, ['--kubeconfig', kubeconfig, '--context', context, ...parameters], options);
}
