import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives `act` a folder that only this user can enter, and removes it with everything in it when `act` has ended.
 *
 * @param act works in the folder; must not leave a process behind that does
 */
export async function inPrivateFolder<Result>(act: (folder: string) => Promise<Result>): Promise<Result> {
  await (leftoversRemoved ??= removeLeftovers());
  // mkdtemp makes it with mode 0700 (POSIX mkdtemp).
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The folders of this machine's processes; containers have names of their own, and process numbers of their own. */
const PREFIX = `weft-fabric-${hostname()}-`;

let leftoversRemoved: Promise<void> | undefined;

/** A process that was killed could not remove its folders, so the next one does, before its first. */
async function removeLeftovers(): Promise<void> {
  const names = await readdir(tmpdir());
  const leftovers = names.filter((name) => {
    if (!name.startsWith(PREFIX)) return false;
    const [pid = ''] = name.slice(PREFIX.length).split('-');
    return !isAlive(Number(pid));
  });
  // One that belongs to another user stays where it is.
  await Promise.allSettled(leftovers.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true })));
}

/** This process has no folder yet, so one of its number is that of a predecessor: in a container all have the same. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    // Signal 0 only asks (POSIX kill).
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
