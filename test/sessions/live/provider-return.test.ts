import { expect, test } from 'vitest';
import { ProviderReturn } from '../../../sessions/live/provider-return.ts';
import type { TacticProvider } from '../../../src/policy/provider.ts';
import type { InputEvent } from '../../../src/search/events.ts';
import { emptySearchState } from '../../../src/search/reduce.ts';
import type { SearchState } from '../../../src/search/state.ts';

interface Setting {
  readonly isRetriable?: boolean;
  /** Questions about a known goal that fail before one is answered. */
  readonly deaf?: number;
  /** Whether they fail because the server answers wrongly. */
  readonly wrong?: boolean;
}

/** A search that its provider has let down, and everything that is put into it afterwards. */
function letDown({ isRetriable = true, deaf = 0, wrong = false }: Setting = {}) {
  const inputs: InputEvent['kind'][] = [];
  const sleeps: (() => void)[] = [];
  let asked = 0;
  let givenUp = 0;
  const provider: TacticProvider = {
    name: 'model',
    kind: 'sglang',
    propose: async () => {
      asked += 1;
      return asked > deaf
        ? { kind: 'proposed', proposals: [{ candidates: [], exhausted: true }] }
        : { kind: 'providerFailed', message: 'gone', retriable: true, ...(wrong && { wrongAnswer: true }) };
    },
    close: async () => {},
  };
  const state: SearchState = {
    ...emptySearchState(),
    mode: 'paused',
    pausedBy: 'provider',
    providerFailure: 'gone',
    providerMayRecover: isRetriable,
  };
  const driver = { state, provider, value: null, input: (event: InputEvent) => void inputs.push(event.kind) };
  const back = new ProviderReturn(
    driver,
    () => {
      givenUp += 1;
    },
    () => new Promise((resolve) => sleeps.push(resolve)),
  );
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    inputs,
    isWaiting: () => back.isWaiting,
    givenUp: () => givenUp,
    paused: () => back.observe({ kind: 'search.paused', reason: 'provider' }),
    observe: (event: InputEvent) => back.observe(event),
    /** Lets the wait that is going on end. */
    wake: async (): Promise<number> => {
      await settle();
      const waiting = sleeps.splice(0);
      for (const end of waiting) end();
      await settle();
      return waiting.length;
    },
  };
}

/** Paused by its provider, and woken, several times. */
async function pausedAndWoken(one: ReturnType<typeof letDown>, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    one.paused();
    await one.wake();
  }
}

test('the search goes on as it was going: it runs, or makes its step', async () => {
  const running = letDown();
  running.observe({ kind: 'user.run' });
  running.paused();
  await running.wake();
  expect(running.inputs).toEqual(['user.run']);
  const stepping = letDown();
  stepping.observe({ kind: 'user.step' });
  stepping.paused();
  await stepping.wake();
  expect(stepping.inputs).toEqual(['user.step']);
});

test('a server that stays away is asked again and again, and the search goes on when it answers', async () => {
  const one = letDown({ deaf: 3 });
  await pausedAndWoken(one, 2);
  one.paused();
  let waits = 0;
  while (one.inputs.length < 3) waits += await one.wake();
  expect(waits).toBe(3);
  expect(one.inputs).toEqual(['user.run', 'user.run', 'user.run']);
});

test('what a person does in the meantime counts, and what no waiting can mend is left paused', async () => {
  const stopped = letDown();
  stopped.paused();
  stopped.observe({ kind: 'user.pause' });
  await stopped.wake();
  expect(stopped.inputs).toEqual([]);
  const refused = letDown({ isRetriable: false });
  refused.paused();
  expect(await refused.wake()).toBe(0);
  expect(refused.inputs).toEqual([]);
});

test('a server that is back at the first question about a known goal is asked about the state once more', async () => {
  const one = letDown();
  await pausedAndWoken(one, 3);
  expect(one.inputs).toEqual(['user.run', 'user.run', 'user.run']);
});

test('a provider that answers, but not to this search, leaves it paused', async () => {
  const one = letDown();
  for (let i = 0; i < 4; i++) {
    one.paused();
    expect([one.isWaiting(), one.givenUp()]).toEqual([true, 0]);
    await one.wake();
  }
  expect(one.inputs).toHaveLength(3);
  expect([one.isWaiting(), one.givenUp()]).toEqual([false, 1]);
});

test('a provider that goes on answering wrongly is asked once more about the state, and leaves it paused', async () => {
  const one = letDown({ deaf: Number.POSITIVE_INFINITY, wrong: true });
  await pausedAndWoken(one, 2);
  one.paused();
  let waits = 0;
  while (one.inputs.length < 3) waits += await one.wake();
  expect([waits, one.givenUp()]).toEqual([6, 0]);
  one.paused();
  expect(await one.wake()).toBe(0);
  expect([one.inputs.length, one.isWaiting(), one.givenUp()]).toEqual([3, false, 1]);
});
