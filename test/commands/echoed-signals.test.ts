import { expect, test } from 'vitest';
import { echoedSignals } from '../../commands/echoed-signals.ts';

test('a signal that comes again at once is an echo; later, or another one, is meant', () => {
  let now = 1000;
  const isEcho = echoedSignals(() => now);
  const after = (ms: number, signal: string): boolean => {
    now += ms;
    return isEcho(signal);
  };
  expect(after(0, 'SIGTERM')).toBe(false);
  expect(after(3, 'SIGTERM')).toBe(true);
  expect(after(100, 'SIGTERM')).toBe(true);
  expect(after(0, 'SIGINT')).toBe(false);
  expect(after(600, 'SIGINT')).toBe(false);
  expect(after(0, 'SIGTERM')).toBe(false);
});
