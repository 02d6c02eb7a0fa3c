import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { cacheRoot, directoryOf, isComplete, type CacheEntry } from './cache.ts';
import { PartsError } from './failure.ts';
import { withLock } from './lock.ts';
import { withProgress, type Report, type Say } from './progress.ts';

/** Something that the embedded platform is made of, and how it is made. */
export interface Part extends CacheEntry {
  /** Fills an empty folder with `files`. */
  readonly produce: (directory: string, work: Work) => Promise<void>;
}

export interface Work {
  readonly say: Say;
  readonly signal: AbortSignal | undefined;
}

/** Folders of this name hold a build that runs, or one that was killed. */
const unfinished = '.unfinished-';

/**
 * Makes sure that a part is in the cache. It is made in a folder beside its final one and renamed at the end, so
 * that a killed build leaves nothing that counts as done; of two processes that want it one makes it.
 *
 * @throws PartsError when it cannot be made
 */
export async function obtain(part: Part, report: Report, signal?: AbortSignal): Promise<void> {
  if (isComplete(part)) return;
  await withProgress(report, `${part.name} ${part.version}`, async (say) => {
    const lock = join(cacheRoot(), 'locks', part.name);
    const onWait = (): void => {
      say('waiting for another process that builds it');
    };
    return withLock(lock, () => produceOnce(part, { say, signal }), { signal, onWait });
  });
}

async function produceOnce(part: Part, work: Work): Promise<string> {
  if (isComplete(part)) return 'built by another process';
  const final = directoryOf(part);
  const parent = dirname(final);
  mkdirSync(parent, { recursive: true });
  removeUnfinished(parent);
  const directory = join(parent, `${unfinished}${process.pid}`);
  mkdirSync(directory);
  try {
    await part.produce(directory, work);
    rmSync(final, { recursive: true, force: true });
    renameSync(directory, final);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  if (!isComplete(part)) {
    throw new PartsError(
      `${part.name} ${part.version} was built, but not all of ${part.files.join(', ')} came out.`,
      `Look into ${final}.`,
    );
  }
  return 'built';
}

/** Under the part's lock nobody else builds it, so what is there was left by a process that died. */
function removeUnfinished(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (name.startsWith(unfinished)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}
