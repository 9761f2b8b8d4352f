import { expect, test } from 'vitest';
import type { Goal } from '../../../src/lean/goal.ts';
import { candidatesFor } from '../../../src/policy/heuristic/heuristic.ts';
import type { Candidate, PolicyState, TacticProvider } from '../../../src/policy/provider.ts';
import { netOf } from '../../../src/policy/ranker/net.ts';
import type { Template } from '../../../src/policy/ranker/pool.ts';
import { RankerProvider } from '../../../src/policy/ranker/ranker-provider.ts';
import { goal } from './goals.ts';
import { madeWeights } from './made-ranker.ts';

const identity = { url: '/r/model.onnx', model: 'r', weightVersion: 'abc', server: 'ranker/1', prompt: null };

/** @param prior weight of the heuristic's opinion */
function ranker(prior = 0.5, templates: readonly Template[] = []): TacticProvider {
  const net = netOf(madeWeights());
  const context = { availableTactics: async () => new Set<string>() };
  return new RankerProvider({
    name: 'ranker',
    ranker: { net, templates, blend: { temperature: 1, prior } },
    identity,
    context,
  });
}

interface Asking {
  readonly round?: number;
  readonly seed?: number;
  readonly count?: number;
  readonly lane?: string;
}

async function ask(
  provider: TacticProvider,
  state: PolicyState,
  { round = 0, seed = 0, count = 4, lane = 'a' }: Asking = {},
) {
  const signal = new AbortController().signal;
  const result = await provider.propose({ states: [state], count, temperature: 1, round, seed, lane, signal });
  if (result.kind !== 'proposed' || result.proposals[0] === undefined) throw new Error(JSON.stringify(result));
  return result.proposals[0];
}

async function allRounds(
  provider: TacticProvider,
  state: PolicyState,
  asking: Asking = {},
): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (let round = 0; ; round++) {
    const { candidates, exhausted } = await ask(provider, state, { ...asking, round });
    found.push(...candidates);
    if (exhausted) return found;
  }
}

const at = (...goals: readonly Goal[]): PolicyState => ({ goals, path: [], depth: 0 });
const open = at(goal('⊢ ∀ (n : Nat), 0 < n → n % 2 = 1 → 2 ∣ n * n + 1'));
const inside = goal('n : Nat', 'h : 0 < n', 'h1 : n % 2 = 1', '⊢ 2 ∣ n * n + 1');
const tactics = (candidates: readonly Candidate[]): readonly string[] => candidates.map(({ tactic }) => tactic);

test.each([
  ['a goal to introduce', open],
  ['a goal with hypotheses', at(inside)],
  ['a goal with nothing to go by', at(goal('⊢ False'))],
  ['several goals', at(inside, goal('⊢ 1 = 1'))],
])('%s: over all rounds nothing of the heuristic is lost, and nothing comes twice', async (_, state) => {
  for (const count of [1, 4]) {
    const found = tactics(await allRounds(ranker(), state, { count }));
    expect(found).toEqual(expect.arrayContaining([...tactics(candidatesFor(state))]));
    expect(new Set(found).size).toBe(found.length);
  }
});

test('an introduction comes with the best tactics for the goal behind it, which come last there', async () => {
  // The heuristic alone decides, and it introduces first.
  const provider = ranker(50);
  const first = await ask(provider, open);
  const [intro, ...joined] = tactics(first.candidates);
  expect(intro).toBe('intro n h h1');
  expect(joined).toHaveLength(3);
  for (const tactic of joined) expect(tactic).toMatch(/^intro n h h1\n\S/);
  const after: PolicyState = { goals: [inside], path: ['intro n h h1'], depth: 1 };
  const behind = joined.map((tactic) => tactic.slice('intro n h h1\n'.length));
  const second = tactics((await ask(provider, after)).candidates);
  expect(second).toHaveLength(4);
  expect(second.filter((tactic) => behind.includes(tactic))).toEqual([]);
  // The next round goes on behind the introduction, where neither has been.
  const third = tactics((await ask(provider, open, { round: 1 })).candidates).map((tactic) =>
    tactic.slice('intro n h h1\n'.length),
  );
  expect(third).toHaveLength(4);
  expect(third.filter((tactic) => behind.includes(tactic) || second.includes(tactic))).toEqual([]);
  const fourth = tactics((await ask(provider, open, { round: 2 })).candidates);
  expect(fourth.filter((tactic) => tactic.startsWith('intro n h h1\n'))).toEqual([]);
  const rest = tactics(await allRounds(provider, after));
  expect([...rest]).toEqual(expect.arrayContaining([...tactics(candidatesFor(after))]));
  // Another search has tried nothing yet.
  const elsewhere = tactics((await ask(provider, after, { lane: 'b' })).candidates);
  expect(elsewhere.slice(0, 3).toSorted()).toEqual(behind.toSorted());
});

test('two steps have the log-prob of both, and all log-probs of a state make up 1', async () => {
  const provider = ranker(50);
  const { candidates } = await ask(provider, open);
  expect(candidates.map(({ logProb }) => logProb)).toEqual(
    candidates.map(({ logProb }) => logProb).toSorted((a, b) => (b ?? 0) - (a ?? 0)),
  );
  const all = await allRounds(ranker(), at(inside));
  expect(all.reduce((sum, { logProb }) => sum + Math.exp(logProb ?? 0), 0)).toBeCloseTo(1, 9);
});

test('shapes of earlier proofs are tried with what the goal has', async () => {
  const templates = [{ skeleton: 'exact Nat.odd_of_mod ⟦fact:=#1⟧ ⟦Nat#2⟧', theorems: 3 }];
  const all = await allRounds(ranker(0.5, templates), at(inside));
  expect(all).toContainEqual(
    expect.objectContaining({
      tactic: 'exact Nat.odd_of_mod h1 n',
      origin: 'ranker:harvest',
      reason: 'as in the proofs of 3 theorems',
    }),
  );
});

test('the same question has the same answer, and seeds differ', async () => {
  const state = at(inside);
  const once = await ask(ranker(), state, { seed: 3 });
  expect(await ask(ranker(), state, { seed: 3 })).toEqual(once);
  const orders = await Promise.all(
    [0, 1, 2, 3, 4, 5].map(async (seed) => JSON.stringify(tactics((await ask(ranker(), state, { seed })).candidates))),
  );
  expect(new Set(orders).size).toBeGreaterThan(2);
  const drawn = tactics(await allRounds(ranker(), open, { seed: 7 }));
  expect(drawn).toEqual(expect.arrayContaining([...tactics(candidatesFor(open))]));
});

test('a later round in a process that did not give the earlier ones goes on where these ended', async () => {
  const state = at(inside);
  const before = tactics((await ask(ranker(), state)).candidates);
  const later = tactics((await ask(ranker(), state, { round: 1 })).candidates);
  expect(later).toHaveLength(4);
  expect(later.filter((tactic) => before.includes(tactic))).toEqual([]);
  const opened = tactics((await ask(ranker(50), open, { round: 2 })).candidates);
  expect(opened).not.toContain('intro n h h1');
  // The same question again, of the same search, has the same answer.
  const provider = ranker();
  expect(await ask(provider, state, { round: 1 })).toEqual(await ask(provider, state, { round: 1 }));
});

test('what stands behind it is its file, by hash', () => {
  expect(ranker()).toMatchObject({ kind: 'ranker', identities: [{ model: 'r', weightVersion: 'abc' }] });
});
