import { describe, expect, it } from 'vitest';

import { endings, type EndingSignal } from '../../../src/worker/endings.ts';

describe('the end of a worker', () => {
  it.each([
    ['drains at SIGTERM', ['SIGTERM'], { drains: true, stops: false }],
    ['stops at a second SIGTERM', ['SIGTERM', 'SIGTERM'], { drains: true, stops: true }],
    ['stops at Ctrl-C', ['SIGINT'], { drains: false, stops: true }],
    ['stops at Ctrl-C also while it drains', ['SIGTERM', 'SIGINT'], { drains: true, stops: true }],
    ['drains at SIGUSR2, however often it comes', ['SIGUSR2', 'SIGUSR2'], { drains: true, stops: false }],
    ['stops at SIGTERM while it drains', ['SIGUSR2', 'SIGTERM'], { drains: true, stops: true }],
  ] satisfies [string, EndingSignal[], object][])('%s', (_, signals, expected) => {
    const { stop, drain, onSignal } = endings();
    for (const signal of signals) onSignal(signal);
    expect({ drains: drain.aborted, stops: stop.aborted }).toEqual(expected);
  });
});
