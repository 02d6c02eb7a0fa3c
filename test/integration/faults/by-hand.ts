import { execa } from 'execa';
import { inject } from 'vitest';

import type { RunEnding, Temporal } from '../../../src/client/index.ts';
import { temporalExecutable } from '../../support/temporal.ts';

/** A failed start is refused within seconds; the rest is for a busy machine. */
const ENDED_MS = 30_000;

/**
 * Starts `applyNetwork` as somebody does who has only the `temporal` command line.
 *
 * @param inputs JSON texts, one per argument
 */
export function startByHand(workflowId: string, inputs: readonly string[]): Promise<void> {
  return runTemporal([
    ...['workflow', 'start', '--type', 'applyNetwork', '--task-queue', 'weft', '--workflow-id', workflowId],
    ...inputs.flatMap((input) => ['--input', input]),
  ]);
}

/** Starts it in the same way, and waits for its end. */
export async function applyByHand(
  temporal: Temporal,
  workflowId: string,
  inputs: readonly string[],
): Promise<{ readonly ending: RunEnding; readonly seconds: number }> {
  await startByHand(workflowId, inputs);
  const begun = performance.now();
  const ending = await temporal.result({ workflowId }, AbortSignal.timeout(ENDED_MS));
  return { ending, seconds: (performance.now() - begun) / 1000 };
}

/** Ends the open run of a workflow id, if there is one, without a word to it. */
export async function terminate(workflowId: string): Promise<void> {
  await runTemporal(['workflow', 'terminate', '--workflow-id', workflowId], { reject: false });
}

async function runTemporal(parameters: readonly string[], options: { readonly reject?: boolean } = {}): Promise<void> {
  await execa(temporalExecutable(), [...parameters, '--address', inject('platform').temporalAddress], options);
}
