import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Activities } from '../../../src/activities/index.ts';
import { POLICIES } from '../../../src/workflows/durable/policies.ts';

/** Names the folder of the plan to a worker (mortal.ts). */
export const FOLDER_VARIABLE = 'WEFT_TEST_POINTS';

/** The points of a plan, as a JSON list of names. */
export const PLAN_FILE = 'plan.json';

/** A line of JSON for each beginning and end of an attempt: {@link Start}. */
export const STARTS_FILE = 'starts.jsonl';

/**
 * When the process of an activity ends, or stops: before it has done anything; when its first write is done and it does not know so yet; when all is done and not
 * reported; or just before its first write, until another attempt is done.
 */
export type Moment = 'before' | 'middle' | 'after' | 'stopped';

/** One point of an activity, e.g. `enrollIdentity-middle`: also the name of the file that says that it was come to. */
export function pointName(activity: string, moment: Moment): string {
  return `${activity}-${moment}`;
}

/** What a worker notes of a point when it comes to it. */
export interface Mark {
  /** Milliseconds. */
  readonly at: number;
  readonly pid: number;
  /** Names the activity of its run; the same for all of its attempts. */
  readonly activity: string;
  readonly attempt: number;
}

/** The beginning or the end of an attempt. */
export interface Start extends Mark {
  readonly event: 'begun' | 'ended';
  readonly type: string;
}

/** Points that were come to, by name. */
export async function marksIn(folder: string): Promise<ReadonlyMap<string, Mark>> {
  const files = (await readdir(folder)).filter((file) => /-(before|middle|after|stopped)$/.test(file));
  const marks = await Promise.all(
    files.map(async (file): Promise<[string, Mark] | undefined> => {
      const text = await readFile(join(folder, file), 'utf8');
      // It is being written.
      return text === '' ? undefined : [file, JSON.parse(text) as Mark];
    }),
  );
  return new Map(marks.filter((mark) => mark !== undefined));
}

/** All beginnings and ends of attempts so far, in order. */
export async function startsIn(folder: string): Promise<readonly Start[]> {
  const text = await readFile(join(folder, STARTS_FILE), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Start);
}

/** Seconds from a point until another attempt of its activity began; undefined if none did. */
export function recoveryOf(mark: Mark, starts: readonly Start[]): number | undefined {
  const next = starts.find(
    ({ event, activity, at }) => event === 'begun' && activity === mark.activity && at > mark.at,
  );
  return next && (next.at - mark.at) / 1_000;
}

/** What no story of the matrix comes to, and why. It is interrupted in memory alone (test/unit/activities/faults). */
export const NOT_IN_A_STORY: Partial<Record<keyof Activities, string>> = {
  planCertificateExchange: 'replaces the keys of orderers: weft renew --new-key',
  prepareKey: 'weft renew --new-key',
  adoptKey: 'weft renew --new-key',
  inspectConsentedChannels: 'weft renew --new-key',
  readGenesisBlock: 'takes over the block of a ConfigMap that is gone',
  readConfigBlock: 'asked of an organization that comes into a channel',
  awaitSignatures: 'waits for organizations that nobody here runs',
  checkSignatures: 'takes what such organizations have signed',
  enrollApplication: 'weft identity add',
  revokeIdentity: 'weft identity revoke',
  readRevocationList: 'asked of an organization that comes to a channel after it has stood',
  removeChannel: 'a network keeps its channel',
};

/** All activities that stories have to come to. */
export const IN_STORIES: readonly string[] = Object.keys(POLICIES).filter((name) => !(name in NOT_IN_A_STORY));

/** What an interrupted run comes to, or not, as time goes, and why. */
const BY_CHANCE: Partial<Record<keyof Activities, string>> = {
  awaitBlocks: 'a peer that has all blocks when its join returns is not waited for',
};

/** Whether a story that was interrupted may end without having come to a point. */
export function mayBeMissed(point: string): boolean {
  return point.slice(0, point.lastIndexOf('-')) in BY_CHANCE;
}
