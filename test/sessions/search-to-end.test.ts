import { expect, test } from 'vitest';
import { searchToEnd } from '../../sessions/search-to-end.ts';
import type { ProposeResult, TacticProvider } from '../../src/policy/provider.ts';
import type { SearchDriver } from '../../src/search/driver.ts';
import { emptySearchState } from '../../src/search/reduce.ts';
import type { SearchState } from '../../src/search/state.ts';

const gone: ProposeResult = { kind: 'providerFailed', message: 'nobody listens', retriable: true };
const broken: ProposeResult = { kind: 'providerFailed', message: 'broken JSON', retriable: true, wrongAnswer: true };
const answer: ProposeResult = { kind: 'proposed', proposals: [{ candidates: [], exhausted: true }] };

/** A search whose provider says these one after the other, the last one for ever, to the search and to whoever asks in between. */
async function searched(...said: readonly ProposeResult[]) {
  let asked = 0;
  const propose = () => said[Math.min(asked++, said.length - 1)] as ProposeResult;
  const provider: TacticProvider = {
    name: 'model',
    kind: 'sglang',
    propose: async () => propose(),
    close: async () => {},
  };
  let state: SearchState = emptySearchState();
  const driver = {
    provider,
    value: null,
    get state() {
      return state;
    },
    settled: async () => state,
    input: () => {
      const result = propose();
      state =
        result.kind === 'proposed'
          ? { ...state, mode: 'ended', pausedBy: null }
          : {
              ...state,
              mode: 'paused',
              pausedBy: 'provider',
              providerFailure: result.message,
              providerMayRecover: result.retriable,
            };
    },
  };
  const notes: string[] = [];
  let sleptMs = 0;
  const end = await searchToEnd(driver as unknown as SearchDriver, {
    signal: new AbortController().signal,
    note: (text) => notes.push(text),
    sleep: async (ms) => {
      sleptMs += ms;
    },
  });
  return { end, notes, sleptMs, asked };
}

test('a provider that goes on answering wrongly ends the search, which says so', async () => {
  const { end, notes, sleptMs } = await searched(broken);
  expect(end).toMatchObject({ mode: 'paused', providerFailure: 'broken JSON' });
  expect(notes).toEqual([
    'the provider model gave no usable answer, asking again: broken JSON',
    'the search waits until the provider model answers: broken JSON',
    'the provider model is there, but has not given one usable answer since: the search ends',
  ]);
  expect(sleptMs).toBeLessThan(120_000);
});

test('the reason of the end is what a provider says that was gone at first', async () => {
  const { end } = await searched(gone, gone, gone, gone, gone, broken);
  expect(end.providerFailure).toBe('broken JSON');
});

test('a provider that is gone is waited for, however long it takes, and also one that answers wrongly now and then', async () => {
  const away = Array.from({ length: 200 }, () => gone);
  expect((await searched(...away, answer)).end.mode).toBe('ended');
  const flaps = Array.from({ length: 200 }, (_, i) => (i % 5 === 0 ? gone : broken));
  expect((await searched(...flaps, answer)).end.mode).toBe('ended');
});

test('a provider that is put right in time is asked again about the same state', async () => {
  const { end, notes } = await searched(broken, broken, broken, broken, broken, answer);
  expect(end.mode).toBe('ended');
  expect(notes.at(-1)).toBe('the provider model answers again: the search goes on');
});
