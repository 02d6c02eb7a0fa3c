import type { RunView, StepView } from '../../client/index.ts';
import { inWords, secondsBetween } from '../render/duration.ts';
import { groupBy } from '../render/group.ts';
import type { Palette } from '../render/palette.ts';
import { pauseInWords } from '../render/pause.ts';
import { whatHelps, whyWaiting } from './changes.ts';

export interface TreeFrame {
  /** First line, e.g. `Bringing up test-network on local`. */
  readonly title: string;
  readonly elapsedSeconds: number;
  readonly rows: number;
  readonly columns: number;
  readonly now: Date;
  readonly palette: Palette;
}

interface Row {
  /** 0 is shown before all others when there is not room for every row. */
  readonly urgency: number;
  readonly text: string;
}

/** Enough for usual names, so that the counts stand in a column. */
const NAME_WIDTH = 12;

const URGENT = 0;
const ACTIVE = 1;
const DONE = 2;

/**
 * Draws a run as a tree that fits on the screen: organization → node → step, channel → node → step, chaincode → organization or node →
 * step. What is finished is folded to one line, and what does not fit is counted, finished things first.
 *
 * How many steps a run has is known at its end: until then those are counted that are done, and those that are under way.
 */
export function renderTree(view: RunView, frame: TreeFrame): string {
  const { palette, columns, rows } = frame;
  const finished = view.steps.filter(({ outcome }) => outcome !== 'running').length;
  const head = [
    `${palette.strong(frame.title)}  ${progressCount(finished, view.steps.length - finished)}  ${inWords(frame.elapsedSeconds)}`,
    ...pauseLine(view, frame),
    ...conditionLine(view, frame),
    ...view.milestones.slice(-1).map((name) => `${palette.symbols.running} ${name} ...`),
  ];
  const foot = palette.faint('Ctrl-C leaves, the run goes on.');
  // One row less than the screen: the cursor stands on the row below the region.
  const room = rows - 1 - head.length - 1;
  const body = fitted(groupRows(view.steps, frame), Math.max(room, 1));
  return [...head, ...body, foot].map((line) => cut(line, columns)).join('\n');
}

function pauseLine({ paused }: RunView, { palette, now }: TreeFrame): string[] {
  if (paused === undefined) return [];
  return [palette.attention(`${palette.symbols.waiting} ${pauseInWords(paused, now)}`)];
}

function conditionLine({ condition }: RunView, { palette, now }: TreeFrame): string[] {
  if (condition === undefined) return [];
  const age = inWords(secondsBetween(condition.since, now));
  return [palette.attention(`${palette.symbols.waiting} ${condition.message} (for ${age})`)];
}

function groupRows(steps: readonly StepView[], frame: TreeFrame): Row[] {
  const groups = groupBy(steps, (step) => placeOf(step).group);
  return [...groups].flatMap(([group, members]) => [
    row(` ${summary(group, members, frame)}`, urgencyOf(members)),
    ...(isFinished(members) ? [] : memberRows(members, frame)),
  ]);
}

function memberRows(steps: readonly StepView[], frame: TreeFrame): Row[] {
  const groups = groupBy(steps, (step) => placeOf(step).member);
  return [...groups].flatMap(([member, members]) => {
    const open = members.filter((step) => !isSettled(step));
    // What is done to a group as a whole has no heading of its own.
    if (member === '') return open.flatMap((step) => stepRows(3, step, frame));
    const [first, ...others] = open;
    // One open step stands beside its member; only further ones take rows of their own.
    return [
      row(`   ${summary(member, members, frame)}${first ? `  ${stepLine(first, frame)}` : ''}`, urgencyOf(members)),
      ...(first ? helpRows(5, first, frame) : []),
      ...others.flatMap((step) => stepRows(5, step, frame)),
    ];
  });
}

/** A row of its own for a step, and what helps it below. */
function stepRows(indent: number, step: StepView, frame: TreeFrame): Row[] {
  return [
    row(`${' '.repeat(indent)}${stepLine(step, frame)}`, urgencyOf([step])),
    ...helpRows(indent + 2, step, frame),
  ];
}

/** What helps a step that waits, in as many rows as it takes: what is cut off helps nobody. */
function helpRows(indent: number, { waiting }: StepView, { palette, columns }: TreeFrame): Row[] {
  const help = waiting === undefined ? undefined : whatHelps(waiting.reason);
  if (help === undefined) return [];
  const lines = inLines(help, Math.max(columns - indent - 1, NARROWEST));
  return lines.map((line) => row(`${' '.repeat(indent)}${palette.attention(line)}`, URGENT));
}

/** In characters: below that words are no longer readable. */
const NARROWEST = 30;

/** Breaks a text between words. */
function inLines(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Where a step stands in the tree. */
interface Place {
  /** An organization, a channel or a chaincode, or a namespace. */
  readonly group: string;
  /** What of it; empty for all of it. */
  readonly member: string;
}

/**
 * The place of a step by its target: `org1/peer1`, `mychannel@org1-peer1`, `basic@org1`; a chaincode of a name that several channels have
 * is `mychannel/basic`.
 */
function placeOf({ step, target }: StepView): Place {
  const at = target.lastIndexOf('@');
  if (at !== -1) return { group: target.slice(0, at), member: target.slice(at + 1) };
  const slash = step === 'commitChaincode' ? -1 : target.indexOf('/');
  return slash === -1
    ? { group: target, member: '' }
    : { group: target.slice(0, slash), member: target.slice(slash + 1) };
}

function summary(name: string, steps: readonly StepView[], { palette }: TreeFrame): string {
  const settled = steps.filter(isSettled).length;
  const count = isFinished(steps) ? stepCount(steps.length) : progressCount(settled, steps.length - settled);
  return `${symbolOf(steps, palette)} ${name.padEnd(NAME_WIDTH)} ${palette.faint(count)}`;
}

/** e.g. `12 done, 3 under way` */
function progressCount(done: number, open: number): string {
  return open === 0 ? `${done} done` : `${done} done, ${open} under way`;
}

function stepLine(step: StepView, { palette, now }: TreeFrame): string {
  const { symbols } = palette;
  if (step.outcome === 'failed') return palette.bad(`${symbols.failed} ${step.step}: ${firstLine(step.reason)}`);
  const age = step.since ? `  ${inWords(Math.floor(secondsBetween(step.since, now)))}` : '';
  if (step.waiting === undefined) return `${symbols.running} ${step.step}${age}`;
  return palette.attention(`${symbols.waiting} ${step.step}${age}: ${firstLine(whyWaiting(step.waiting, now))}`);
}

function stepCount(count: number): string {
  return count === 1 ? '1 step' : `${count} steps`;
}

function symbolOf(steps: readonly StepView[], { symbols, good, bad, attention }: Palette): string {
  if (steps.some(({ outcome }) => outcome === 'failed')) return bad(symbols.failed);
  if (steps.some(({ waiting }) => waiting)) return attention(symbols.waiting);
  if (steps.some(({ outcome }) => outcome === 'running')) return symbols.running;
  if (steps.some(({ outcome }) => outcome === 'cancelled')) return attention(symbols.cancelled);
  return good(symbols.done);
}

function urgencyOf(steps: readonly StepView[]): number {
  if (steps.some(({ outcome, waiting }) => outcome === 'failed' || waiting)) return URGENT;
  return steps.some(({ outcome }) => outcome === 'running') ? ACTIVE : DONE;
}

function isSettled({ outcome }: StepView): boolean {
  return outcome !== 'running' && outcome !== 'failed';
}

function isFinished(steps: readonly StepView[]): boolean {
  return steps.every(isSettled);
}

/** Keeps the most urgent rows in their order and counts the others. */
function fitted(rows: readonly Row[], room: number): string[] {
  if (rows.length <= room) return rows.map(({ text }) => text);
  const byUrgency = rows.map((_, index) => index).sort((a, b) => urgencyAt(rows, a) - urgencyAt(rows, b) || a - b);
  const kept = new Set(byUrgency.slice(0, room - 1));
  const hidden = rows.filter((_, index) => !kept.has(index));
  const done = hidden.every(({ urgency }) => urgency === DONE) ? ' done' : '';
  return [...rows.filter((_, index) => kept.has(index)).map(({ text }) => text), ` ... ${hidden.length} more${done}`];
}

function urgencyAt(rows: readonly Row[], index: number): number {
  return rows[index]?.urgency ?? DONE;
}

function row(text: string, urgency: number): Row {
  return { text, urgency };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

/** Cuts a line to the terminal's width; colour codes take no room and are never cut off. */
function cut(line: string, columns: number): string {
  let room = columns - 1;
  // eslint-disable-next-line no-control-regex -- colour codes begin with the escape character
  const parts = line.split(/(\u001b\[[0-9;]*m)/);
  return parts
    .map((part, index) => {
      if (index % 2 === 1) return part;
      const kept = Array.from(part).slice(0, room);
      room -= kept.length;
      return kept.join('');
    })
    .join('');
}
