import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Activities } from '../../../src/activities/index.ts';

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

/** What is done to a network, one after the other. */
export type Story = 'bring-up' | 'change' | 'renewal' | 'removal';

/** In which story each activity is interrupted; the types ask for it. Those of `never` are in none of these stories: test/unit/activities/faults interrupts them. */
export const STORY_OF: Readonly<Record<keyof Activities, Story | 'never'>> = {
  checkCluster: 'bring-up',
  applyNamespace: 'bring-up',
  findUnchangedSteps: 'bring-up',
  readRecord: 'bring-up',
  recordBegun: 'bring-up',
  recordNetwork: 'bring-up',
  findRemovals: 'bring-up',
  findChannels: 'bring-up',
  startCertificateAuthority: 'bring-up',
  publishCaCertificates: 'bring-up',
  enrollRegistrar: 'bring-up',
  enrollIdentity: 'bring-up',
  applyOrganizationConfig: 'bring-up',
  writeNodeOuConfig: 'bring-up',
  claimVolumes: 'bring-up',
  publishTlsRoots: 'bring-up',
  applyDeployment: 'bring-up',
  awaitRollout: 'bring-up',
  findGenesisBlock: 'bring-up',
  createGenesisBlock: 'bring-up',
  keepGenesisBlock: 'bring-up',
  joinOrderer: 'bring-up',
  awaitLeader: 'bring-up',
  joinPeer: 'bring-up',
  installChaincode: 'bring-up',
  readDefinition: 'bring-up',
  approveChaincode: 'bring-up',
  commitChaincode: 'bring-up',
  startChaincodeServer: 'bring-up',
  queryChaincode: 'bring-up',
  inspectNodes: 'bring-up',
  inspectChannel: 'bring-up',
  inspectChaincode: 'bring-up',
  readGenesisBlock: 'change',
  planConfigUpdate: 'change',
  signConfigUpdate: 'change',
  submitConfigUpdate: 'change',
  awaitConfigSequence: 'change',
  awaitOrdererActive: 'change',
  readConfigBlock: 'change',
  awaitBlocks: 'change',
  leaveChannel: 'change',
  unjoinPeer: 'change',
  removeNode: 'change',
  inspectConsentedChannels: 'change',
  inspectCertificates: 'renewal',
  enrollApplication: 'never',
  revokeIdentity: 'never',
  planRevocation: 'never',
  planCertificateExchange: 'never',
  prepareKey: 'never',
  adoptKey: 'never',
  awaitSignatures: 'never',
  checkSignatures: 'never',
  removeChannel: 'never',
  findRecords: 'removal',
  findOwned: 'removal',
  removeNetworkObjects: 'removal',
  verifyRemoved: 'removal',
};
