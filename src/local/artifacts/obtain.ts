import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { cacheRoot, directoryOf, isComplete, type CacheEntry } from './cache.ts';
import { ArtifactError } from '../failure.ts';
import { withLock } from './lock.ts';
import { withProgress, type ReportProgress, type Say } from './progress.ts';

/** Something that the embedded platform is made of, and how it is made. */
export interface Artifact extends CacheEntry {
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
 * Makes sure that an artifact is in the cache. It is made in a folder beside its final one and renamed at the end, so
 * that a killed build leaves nothing that counts as done; of two processes that want it one makes it.
 *
 * @throws ArtifactError when it cannot be made
 */
export async function obtain(artifact: Artifact, report: ReportProgress, signal?: AbortSignal): Promise<void> {
  if (isComplete(artifact)) return;
  await withProgress(report, `${artifact.name} ${artifact.version}`, async (say) => {
    const lock = join(cacheRoot(), 'locks', artifact.name);
    const onWait = (): void => {
      say('waiting for another process that builds it');
    };
    return withLock(lock, () => produceOnce(artifact, { say, signal }), { signal, onWait });
  });
}

async function produceOnce(artifact: Artifact, work: Work): Promise<string> {
  if (isComplete(artifact)) return 'built by another process';
  const final = directoryOf(artifact);
  const parent = dirname(final);
  mkdirSync(parent, { recursive: true });
  removeUnfinished(parent);
  const directory = join(parent, `${unfinished}${process.pid}`);
  mkdirSync(directory);
  try {
    await artifact.produce(directory, work);
    rmSync(final, { recursive: true, force: true });
    renameSync(directory, final);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  if (!isComplete(artifact)) {
    throw new ArtifactError(
      `${artifact.name} ${artifact.version} was built, but not all of ${artifact.files.join(', ')} came out.`,
      `Look into ${final}.`,
    );
  }
  return 'built';
}

/** Under the artifact's lock nobody else builds it, so what is there was left by a process that died. */
function removeUnfinished(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (name.startsWith(unfinished)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}
