import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Mixture } from '../../../src/policy/mixture/mixture.ts';
import { shares } from '../../../src/policy/mixture/shares.ts';
import type { ProposeRequest, ProposeResult, TacticProvider } from '../../../src/policy/provider.ts';

test('shares add up to the number wanted, in proportion to the quotas, and nobody goes without', () => {
  expect(shares(8, [6, 2])).toEqual([6, 2]);
  expect(shares(16, [3, 1])).toEqual([12, 4]);
  expect(shares(5, [1, 1])).toEqual([3, 2]);
  expect(shares(2, [9, 1, 1])).toEqual([2, 1, 1]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }),
      (count, quotas) => {
        const split = shares(count, quotas);
        const sum = split.reduce((total, share) => total + share, 0);
        expect(split.every((share) => share >= 1)).toBe(true);
        // Only who would have got nothing can make it more.
        expect(sum).toBeGreaterThanOrEqual(count);
        expect(sum - count).toBeLessThan(quotas.length);
      },
    ),
  );
});

const request: ProposeRequest = {
  states: [{ goals: [{ hypotheses: [], target: 'p' }], path: [], depth: 0 }],
  count: 8,
  temperature: 1,
  round: 0,
  seed: 0,
  signal: new AbortController().signal,
};

function member(name: string, answer: (request: ProposeRequest) => ProposeResult): TacticProvider {
  return { name, kind: 'script', propose: async (asked) => answer(asked), close: async () => {} };
}

const says =
  (name: string, exhausted = false) =>
  ({ count }: ProposeRequest): ProposeResult => ({
    kind: 'proposed',
    proposals: [
      {
        candidates: Array.from({ length: count }, (_, i) => ({ tactic: `${name} ${i}`, logProb: -i, origin: name })),
        exhausted,
      },
    ],
  });

const fails = (retriable: boolean) => (): ProposeResult => ({ kind: 'providerFailed', message: 'no', retriable });

test('each member is asked for its share, and its candidates carry its name', async () => {
  const mixture = new Mixture('both', [
    { provider: member('big', says('big')), quota: 3 },
    { provider: member('small', says('small', true)), quota: 1 },
  ]);
  const result = await mixture.propose(request);
  const [proposal] = result.kind === 'proposed' ? result.proposals : [];
  const origins = proposal?.candidates.map(({ origin }) => origin) ?? [];
  expect(Map.groupBy(origins, (origin) => origin).get('big')).toHaveLength(6);
  expect(origins.slice(0, 4)).toEqual(['big', 'small', 'big', 'small']);
  expect(proposal?.exhausted).toBe(false);
});

test('a member that fails is said, and does not fail the expansion', async () => {
  const mixture = new Mixture('both', [
    { provider: member('big', fails(true)), quota: 1 },
    { provider: member('small', says('small', true)), quota: 1 },
  ]);
  const result = await mixture.propose(request);
  expect(result).toMatchObject({
    kind: 'proposed',
    proposals: [{ exhausted: false, dropped: [{ origin: 'big', reason: 'it failed: no' }] }],
  });
});

test('a member that breaks down counts as one that fails', async () => {
  const broken: TacticProvider = {
    ...member('broken', says('broken')),
    propose: () => Promise.reject(new Error('oh')),
  };
  const mixture = new Mixture('both', [
    { provider: broken, quota: 1 },
    { provider: member('small', says('small')), quota: 1 },
  ]);
  expect(await mixture.propose(request)).toMatchObject({
    kind: 'proposed',
    proposals: [{ dropped: [{ origin: 'broken', reason: expect.stringContaining('oh') }] }],
  });
});

test('when all fail the mixture fails, and waits when one of them may come back', async () => {
  const failing = (one: boolean, other: boolean) =>
    new Mixture('both', [
      { provider: member('a', fails(one)), quota: 1 },
      { provider: member('b', fails(other)), quota: 1 },
    ]).propose(request);
  expect(await failing(true, false)).toEqual({ kind: 'providerFailed', message: 'a: no; b: no', retriable: true });
  expect(await failing(false, false)).toMatchObject({ retriable: false });
});

test('when all fail waiting seldom helps where it helps with none of those that may come back', async () => {
  const wrong: ProposeResult = { kind: 'providerFailed', message: 'no', retriable: true, wrongAnswer: true };
  const failing = (...results: readonly ProposeResult[]) =>
    new Mixture(
      'all',
      results.map((result, i) => ({ provider: member(`m${i}`, () => result), quota: 1 })),
    ).propose(request);
  const away: ProposeResult = { kind: 'providerFailed', message: 'gone', retriable: true };
  const refuses: ProposeResult = { kind: 'providerFailed', message: 'never', retriable: false };
  expect(await failing(wrong, refuses)).toMatchObject({ retriable: true, wrongAnswer: true });
  expect(await failing(wrong, away)).not.toHaveProperty('wrongAnswer');
  expect(await failing(refuses, refuses)).not.toHaveProperty('wrongAnswer');
});

test('a member whose server is away is not waited for, and is asked again when it is back', async () => {
  const asked: string[] = [];
  const waiting: ((result: ProposeResult) => void)[] = [];
  const away: TacticProvider = {
    name: 'away',
    kind: 'script',
    propose: ({ states }) => {
      asked.push(states[0]?.goals[0]?.target ?? '');
      return new Promise((resolve) => waiting.push(resolve));
    },
    close: async () => {},
  };
  const mixture = new Mixture('both', [
    { provider: away, quota: 1 },
    { provider: member('there', says('there')), quota: 1 },
  ]);
  const answer = async (result: ProposeResult): Promise<void> => {
    waiting.shift()?.(result);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const first = mixture.propose(request);
  await answer(fails(true)());
  await first;
  for (let i = 0; i < 2; i++)
    expect(await mixture.propose(request)).toMatchObject({
      proposals: [{ exhausted: false, dropped: [{ origin: 'away', reason: 'it failed: no' }] }],
    });
  expect(asked).toEqual(['p', 'True']);
  await answer(fails(true)());
  await mixture.propose(request);
  expect(asked).toEqual(['p', 'True', 'True']);
  await answer(says('away')(request));
  const back = mixture.propose(request);
  await answer(says('away')({ ...request, count: 4 }));
  expect(asked).toEqual(['p', 'True', 'True', 'p']);
  expect(await back).toMatchObject({ proposals: [{ candidates: { length: 8 } }] });
});

test('when nobody is there all are asked and waited for', async () => {
  let asked = 0;
  const away = (name: string) =>
    member(name, (question) => {
      asked += 1;
      return asked > 4 ? says(name)(question) : fails(true)();
    });
  const mixture = new Mixture('both', [
    { provider: away('a'), quota: 1 },
    { provider: away('b'), quota: 1 },
  ]);
  for (let i = 0; i < 2; i++) expect((await mixture.propose(request)).kind).toBe('providerFailed');
  expect(asked).toBe(4);
  expect((await mixture.propose(request)).kind).toBe('proposed');
});
