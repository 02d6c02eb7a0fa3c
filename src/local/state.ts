import { networkInterfaces } from 'node:os';

import { z } from 'zod';

import { filesOf, readIfPresent, writePrivateFile } from './files.ts';
import type { Instance } from './instance.ts';
import { addressesOf, freeBlock, isTaken, type Addresses } from './node/addresses.ts';

const stateSchema = z.object({
  /** Place of the instance's addresses in 10.245.0.0/16. */
  block: z.int().nonnegative().optional(),
  /** The cluster that it works on; absent where it has a node of its own. */
  cluster: z
    .object({
      /** Its name in workflow ids and task queues. */
      name: z.string().min(1),
      /** Absolute path. */
      kubeconfig: z.string().min(1),
      context: z.string().min(1),
    })
    .optional(),
  temporalPort: z.int().positive().optional(),
  temporalUiPort: z.int().positive().optional(),
  /** Of the HTTP API and the page. */
  apiPort: z.int().positive().optional(),
  /** Where this machine reaches the registry. */
  registryPort: z.int().positive().optional(),
});

/** What an instance chose once and keeps from start to start. */
export type State = z.infer<typeof stateSchema>;

/** @returns what the instance chose, or undefined if it never started (or its state file is not readable as such) */
export function readState(instance: Instance): State | undefined {
  const text = readIfPresent(filesOf(instance.directory).state);
  if (text === undefined) return undefined;
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch {
    // Everything in it can be chosen again.
    return undefined;
  }
}

/**
 * Chooses the place of a node's addresses: the one that it had, unless somebody else has it now.
 *
 * @param isRunning - whether the node runs, and so the addresses are its own.
 */
export function chooseBlock(instance: Instance, isRunning: boolean): number {
  const known = readState(instance);
  if (known?.block !== undefined && (isRunning || !isTaken(known.block, othersAddresses(instance)))) return known.block;
  const block = freeBlock(instance.name, othersAddresses(instance));
  rememberState(instance, { block });
  return block;
}

/** Adds choices to those that the instance has made, also while other parts of a start make theirs. */
export function rememberState(instance: Instance, choices: State): void {
  const state = { ...readState(instance), ...choices };
  writePrivateFile(filesOf(instance.directory).state, `${JSON.stringify(state, undefined, 2)}\n`);
}

/** @returns the addresses that the instance has chosen, or undefined before its first start */
export function chosenAddresses(instance: Instance): Addresses | undefined {
  const state = readState(instance);
  return state?.block === undefined ? undefined : addressesOf(state.block);
}

/** A link that a killed node left behind still has the instance's own addresses. */
function othersAddresses({ link }: Instance): ReadonlySet<string> {
  const addresses = Object.entries(networkInterfaces())
    .filter(([name]) => name !== link)
    .flatMap(([, owned]) => (owned ?? []).map(({ address }) => address));
  return new Set(addresses);
}
