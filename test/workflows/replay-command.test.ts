import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const recorded = join(root, 'test/histories/bring-up.json');

interface ScheduledEvent {
  readonly activityTaskScheduledEventAttributes?: { readonly activityType: { name: string } };
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-replay-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('scripts/replay', () => {
  test('says that the workflows as they are now carry a run on', async () => {
    const { exitCode, stdout } = await replay(recorded);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^✔ applyNetwork network\/recorded\/test-network, \d+ events: .* carry it on$/);
  });

  test('says at which event the workflows as they are now do something else', async () => {
    const { file, first, second } = withTwoStepsExchanged();
    const { exitCode, stderr } = await replay(file);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(new RegExp(`history: event \\d+, activity task scheduled: (${first}|${second})`));
    expect(stderr).toMatch(/now: .*Activity type of scheduled event/);
  });

  test('refuses a file that is no history', async () => {
    const { exitCode, stderr } = await replay(join(root, 'package.json'));
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `✖ ${join(root, 'package.json')} is no history of a run: it does not begin with the start of a workflow`,
    );
  });
});

function replay(file: string): Promise<{ exitCode?: number; stdout: string; stderr: string }> {
  return execa(join(root, 'scripts/replay'), [file], { reject: false });
}

/** Stores a history of what would have been recorded, had the first two different steps come the other way round. */
function withTwoStepsExchanged(): { file: string; first: string; second: string } {
  const history = JSON.parse(readFileSync(recorded, 'utf8')) as { events: ScheduledEvent[] };
  const types = history.events.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType ?? []);
  const one = types[0];
  const other = types.find(({ name }) => name !== one?.name);
  if (one === undefined || other === undefined) throw new Error('this history has no two different steps');
  const names = { first: one.name, second: other.name };
  [one.name, other.name] = [names.second, names.first];
  const file = join(folder, 'exchanged.json');
  writeFileSync(file, JSON.stringify(history));
  return { file, ...names };
}
