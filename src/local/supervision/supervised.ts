import { z } from 'zod';

import { filesOf, readIfPresent, writePrivateFile } from '../files.ts';
import type { Instance } from '../instance.ts';

const lastEndSchema = z.object({
  at: z.iso.datetime(),
  /** `exit code 3`, `signal SIGKILL`, or that it is not known. */
  reason: z.string(),
  /** The last line of its log; empty if there is none. It need not say why. */
  lastLine: z.string(),
});

/** How a process ended last that nobody had told to. */
export type LastEnd = z.infer<typeof lastEndSchema>;

const supervisedSchema = z.object({
  /** Which process it is about, as its record has it. */
  pid: z.int().positive(),
  startTime: z.string(),
  bootId: z.string(),
  startedAt: z.iso.datetime(),
  /** How often it was started again since a command started it. */
  restarts: z.int().nonnegative(),
  /** How often in a row it ended soon after its start. */
  quickEnds: z.int().nonnegative(),
  lastEnd: lastEndSchema.optional(),
  /** Present while it does not run: when it is started again. */
  nextStart: z.iso.datetime().optional(),
  /** It had ended before this supervisor saw it running, so that nobody knows what environment it is to be started with. */
  isEnvironmentUnknown: z.boolean().optional(),
});

/** What the supervisor knows of a process. */
export type SupervisedProcess = z.infer<typeof supervisedSchema>;

const supervisionSchema = z.record(z.string(), supervisedSchema);

/** @returns what the supervisor knows of the platform's processes, by their names */
export function readSupervision(instance: Instance): ReadonlyMap<string, SupervisedProcess> {
  const text = readIfPresent(filesOf(instance.directory).supervision);
  if (text === undefined) return new Map();
  try {
    return new Map(Object.entries(supervisionSchema.parse(JSON.parse(text))));
  } catch {
    // Another version's. What runs is seen anew.
    return new Map();
  }
}

export function writeSupervision(instance: Instance, known: ReadonlyMap<string, SupervisedProcess>): void {
  writePrivateFile(
    filesOf(instance.directory).supervision,
    `${JSON.stringify(Object.fromEntries(known), undefined, 2)}\n`,
  );
}
