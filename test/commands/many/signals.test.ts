import { expect, test } from 'vitest';
import type { CommandContext } from '../../../commands/context.ts';
import { runSignals } from '../../../commands/many/signals.ts';

/** Signals as the process receives them. */
function process() {
  let take: (signal: string) => void = () => {};
  const takeSignals = (taking: (signal: string) => void) => {
    take = taking;
    return () => {};
  };
  const context = { signal: new AbortController().signal, takeSignals } as unknown as CommandContext;
  return { signals: runSignals(context), send: (signal: string) => take(signal) };
}

function listener() {
  const heard: string[] = [];
  return { heard, onStop: () => heard.push('stop'), onStopNow: (by: string) => heard.push(`now: ${by}`) };
}

test('a signal that comes while everything starts stops the run that begins all the same', () => {
  for (const [signal, said] of [
    ['SIGTERM', 'now: SIGTERM'],
    ['SIGINT', 'now: Ctrl-C'],
  ] as const) {
    const { signals, send } = process();
    send(signal);
    expect(signals.starting.aborted).toBe(true);
    const { heard, ...to } = listener();
    signals.begin(to);
    expect(heard).toEqual([said]);
    expect(signals.endedBy).toBe(signal);
  }
});

test('the first Ctrl-C finishes what is in flight, the second does not, and a lost terminal means nothing', () => {
  const { signals, send } = process();
  const { heard, ...to } = listener();
  signals.begin(to);
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGINT', 'SIGTERM']) send(signal);
  expect(heard).toEqual(['stop', 'now: Ctrl-C', 'now: SIGTERM']);
  expect(signals.endedBy).toBe('SIGINT');
});
