import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { heuristicProvider } from '../../src/policy/heuristic/heuristic.ts';
import type { Candidate, ProposeRequest } from '../../src/policy/provider.ts';
import { drawOrder } from '../../src/policy/sampling.ts';

const of = (logProbs: readonly number[]): Candidate[] =>
  logProbs.map((logProb, i) => ({ tactic: `tactic ${i}`, logProb, origin: 'x' }));
const tactics = (candidates: readonly Candidate[]): string[] => candidates.map(({ tactic }) => tactic);

const listed = fc.array(fc.double({ min: -20, max: 0, noNaN: true }), { maxLength: 30 }).map(of);
const sampled = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  temperature: fc.double({ min: 0.01, max: 10, noNaN: true }),
  state: fc.string(),
});

describe('drawing', () => {
  test('keeps every candidate once and as it is, and is the same every time', () => {
    fc.assert(
      fc.property(listed, sampled, (candidates, sampling) => {
        const drawn = drawOrder(candidates, sampling);
        expect(drawn.toSorted((a, b) => (a.tactic < b.tactic ? -1 : 1))).toEqual(
          candidates.toSorted((a, b) => (a.tactic < b.tactic ? -1 : 1)),
        );
        expect(drawOrder(candidates, sampling)).toEqual(drawn);
      }),
    );
  });

  test('does not happen with seed 0 or temperature 0', () => {
    fc.assert(
      fc.property(listed, sampled, (candidates, sampling) => {
        expect(drawOrder(candidates, { ...sampling, seed: 0 })).toBe(candidates);
        expect(drawOrder(candidates, { ...sampling, temperature: 0 })).toBe(candidates);
      }),
    );
  });

  test('leaves the order of the others alone when one is taken away', () => {
    fc.assert(
      fc.property(listed, sampled, fc.nat(), (candidates, sampling, n) => {
        const gone = candidates[n % Math.max(1, candidates.length)];
        const rest = candidates.filter((one) => one !== gone);
        expect(drawOrder(rest, sampling)).toEqual(drawOrder(candidates, sampling).filter((one) => one !== gone));
      }),
    );
  });

  test.each([1, 2, 0.5])('has the chances of the softmax at temperature %d, first and second', (temperature) => {
    const candidates = of([Math.log(0.6), Math.log(0.3), Math.log(0.1)]);
    const weights = [0.6, 0.3, 0.1].map((p) => p ** (1 / temperature));
    const total = weights.reduce((sum, w) => sum + w, 0);
    const [a = 0, b = 0, c = 0] = weights.map((w) => w / total);
    const draws = 20_000;
    const counts = new Map<string, number>();
    for (let seed = 1; seed <= draws; seed++) {
      const order = tactics(drawOrder(candidates, { seed, temperature, state: 'x' })).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const share = (...order: number[]): number => (counts.get(order.map((i) => `tactic ${i}`).join()) ?? 0) / draws;
    // Without replacement: the second is drawn from what the first has left.
    expect(share(0, 1, 2)).toBeCloseTo((a * b) / (1 - a), 1);
    expect(share(1, 0, 2)).toBeCloseTo((b * a) / (1 - b), 1);
    expect(share(2, 0, 1)).toBeCloseTo((c * a) / (1 - c), 1);
    expect(Math.abs(share(0, 1, 2) + share(0, 2, 1) - a)).toBeLessThan(0.015);
    expect(Math.abs(share(1, 0, 2) + share(1, 2, 0) - b)).toBeLessThan(0.015);
  });

  test('differs from state to state', () => {
    const candidates = of(Array.from({ length: 12 }, () => -1));
    const orders = ['a', 'b', 'c'].map((state) =>
      tactics(drawOrder(candidates, { seed: 1, temperature: 1, state })).join(),
    );
    expect(new Set(orders).size).toBe(3);
  });
});

describe('the built-in provider', () => {
  const provider = heuristicProvider({ availableTactics: async () => new Set() });
  const goal = {
    hypotheses: [
      { name: 'n', type: 'Nat' },
      { name: 'h', type: '0 < n' },
    ],
    target: 'n * n + n = n * (n + 1)',
  };
  const ask = async (changes: Partial<ProposeRequest>) => {
    const request = { count: 4, temperature: 1, round: 0, seed: 0, signal: new AbortController().signal, ...changes };
    const result = await provider.propose({ ...request, states: [{ goals: [goal], path: [], depth: 0 }] });
    if (result.kind !== 'proposed') throw new Error(result.kind);
    const [proposal] = result.proposals;
    if (!proposal) throw new Error('no proposal');
    return proposal;
  };

  test('draws other candidates for another seed, each in one round, best first, with their true log-probs', async () => {
    const whole = (await ask({ count: 1000 })).candidates;
    const known = new Map(whole.map((one) => [one.tactic, one]));
    const first = tactics((await ask({})).candidates);
    expect(first).toEqual(tactics(whole.slice(0, 4)));
    const firsts = await Promise.all([1, 2, 3, 4, 5].map((seed) => ask({ seed })));
    expect(new Set(firsts.map(({ candidates }) => tactics(candidates).join())).size).toBeGreaterThan(1);
    const rounds: Candidate[] = [];
    for (let round = 0; ; round++) {
      const { candidates, exhausted } = await ask({ seed: 3, round });
      expect(candidates.map(({ logProb }) => logProb)).toEqual(
        candidates.map(({ logProb }) => logProb ?? 0).toSorted((a, b) => b - a),
      );
      rounds.push(...candidates);
      if (exhausted) break;
    }
    expect(tactics(rounds).toSorted()).toEqual(tactics(whole).toSorted());
    for (const one of rounds) expect(one).toEqual(known.get(one.tactic));
    expect(await ask({ seed: 3 })).toEqual(firsts[2]);
    expect(tactics((await ask({ seed: 3, temperature: 0 })).candidates)).toEqual(first);
  });
});
