import type { ChannelSignatures, StepRecord } from '../../workflows/messages.ts';
import { countsOf } from '../../operations/index.ts';
import type { Palette } from './palette.ts';
import { table } from './table.ts';

/** Of a step, what a plan shows. */
type PlannedStep = Pick<StepRecord, 'step' | 'target' | 'outcome' | 'reason'>;

/**
 * What a dry run would do, one line per step and target, unchanged ones only counted, and one summary line that
 * scripts may rely on.
 */
export function renderPlan(steps: readonly PlannedStep[], palette: Palette, showUnchanged = false): string {
  const counts = countsOf(steps);
  const shown = steps.filter(({ outcome }) => showUnchanged || outcome !== 'unchanged');
  const rows = shown.map((step) => [`  ${markOf(step, palette)}`, step.target, step.step, step.reason]);
  const hidden = steps.length - shown.length;
  const changes = counts.created + counts.updated + counts.removed;
  return [
    ...(rows.length > 0 ? [table(rows)] : []),
    ...(hidden > 0 && changes > 0 ? [palette.faint(`  (${hidden} unchanged hidden, --all shows them)`)] : []),
    changes === 0
      ? 'No changes. The network is as described.'
      : `Plan: ${counts.created} to create, ${counts.updated} to change, ${counts.removed} to remove.`,
  ].join('\n');
}

/** Who would sign a change of a channel, and whose signatures are not there. */
export function renderSignatures(
  { channel, signers, missing, unmet }: ChannelSignatures,
  { attention, faint }: Palette,
): string {
  const signed = signers.length === 0 ? 'nobody here' : signers.join(', ');
  const lines = [`${faint('signed by')} ${signed}`];
  if (unmet.length > 0) {
    const whose = missing.length === 0 ? '' : ` of ${missing.join(', ')}, whose Admins this description does not run,`;
    lines.push(
      `${attention('!')} not signed: signatures${whose} are missing (${unmet.join('; ')}), so that weft up would stop there`,
    );
  }
  return lines.map((line) => `  ${channel}: ${line}`).join('\n');
}

function markOf({ outcome }: PlannedStep, palette: Palette): string {
  switch (outcome) {
    case 'created':
      return palette.good('+');
    case 'updated':
      return palette.attention('~');
    case 'removed':
      return palette.bad('-');
    case 'unchanged':
    case 'running':
    case 'failed':
    case 'cancelled':
      return ' ';
  }
}
