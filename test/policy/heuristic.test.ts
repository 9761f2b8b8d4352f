import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Goal } from '../../src/lean/goal.ts';
import { candidatesFor, heuristicProvider } from '../../src/policy/heuristic/heuristic.ts';
import { candidateSchema } from '../../src/policy/provider.ts';

/** A goal from `name : type` lines and a `⊢` line. */
function goal(...lines: readonly string[]): Goal {
  const target = lines.at(-1)?.replace(/^⊢ /, '') ?? '';
  const hypotheses = lines.slice(0, -1).map((line) => {
    const at = line.indexOf(' : ');
    const name = line.slice(0, at);
    return { name, type: line.slice(at + 3), ...(name.includes('✝') && { inaccessible: true }) };
  });
  return { hypotheses, target };
}

const state = (...lines: readonly string[]) => ({ goals: [goal(...lines)], path: [], depth: 0 });
const propose = (...lines: readonly string[]) => candidatesFor(state(...lines));
const tactics = (...lines: readonly string[]) => propose(...lines).map((c) => c.tactic);
const ofRule = (rule: string, ...lines: readonly string[]) =>
  propose(...lines)
    .filter((c) => c.origin === `heuristic:${rule}`)
    .map((c) => c.tactic);

describe('rules', () => {
  it('introduces with the printed names and takes pairs apart', () => {
    const found = tactics('⊢ ∀ (a b : Nat), 0 < a ∧ 0 < b → (∃ k, a = 2 * k) → ¬a = b');
    expect(found[0]).toBe('rintro a b ⟨h, h1⟩ ⟨k, h2⟩ h3');
    expect(found).toContain('intro a b h h1 h2');
    expect(found).toContain('intro a b');
  });

  it('gives fresh names where a name is taken', () => {
    expect(tactics('n : Nat', 'h : 0 < n', '⊢ ∀ (n : Nat), 0 ≤ n → True')[0]).toBe('intro n1 h1');
  });

  it('uses a hypothesis that is the target first', () => {
    expect(tactics('p : Prop', 'h : p', '⊢ p')[0]).toBe('exact h');
    expect(tactics('p : Prop', 'h✝ : p', '⊢ p')[0]).toBe('assumption');
  });

  it('takes conjunctions apart and splits disjunctions', () => {
    expect(ofRule('destructure', 'p : Prop', 'q : Prop', 'h : p ∧ q', '⊢ q')).toEqual(['obtain ⟨h1, h2⟩ := h']);
    expect(ofRule('cases', 'p : Prop', 'q : Prop', 'h : p ∨ q', '⊢ q ∨ p')).toContain('rcases h with h | h');
  });

  it('splits the target by its connective', () => {
    expect(tactics('p : Prop', 'q : Prop', '⊢ p ∧ q')).toContain('constructor');
    expect(tactics('p : Prop', 'q : Prop', '⊢ p ↔ q')).toContain('constructor <;> intro h');
    expect(tactics('p : Prop', 'q : Prop', '⊢ p ∨ q')).toEqual(expect.arrayContaining(['left', 'right']));
  });

  it('decides closed goals and lets the kernel compute large powers', () => {
    expect(tactics('⊢ 17 * 5 % 7 = 1')[0]).toBe('decide');
    expect(tactics('⊢ 3 ^ 1001 % 5 = 3')[0]).toBe('decide +kernel');
  });

  it('looks into the library late where there is arithmetic', () => {
    const found = tactics('n : Nat', 'm : Nat', '⊢ n + m = m + n');
    expect(found.indexOf('omega')).toBeLessThan(found.indexOf('grind'));
    expect(found.indexOf('grind')).toBeLessThan(found.indexOf('exact?'));
  });

  it('splits on residues only where that settles the goal', () => {
    const [good] = ofRule('residues', 'n : Int', '⊢ 5 ∣ n ^ 5 - n');
    expect(good).toContain('n % 5 = 4');
    expect(ofRule('residues', 'n : Int', '⊢ 5 ∣ n ^ 4 - n')).toEqual([]);
    expect(ofRule('residues', 'a : Nat', 'b : Nat', '⊢ 3 ∣ a - b')).toEqual([]);
  });

  it('hands many residues to the kernel', () => {
    const [first] = ofRule('residues', 'x : Int', 'y : Int', 'h : x ^ 2 + y ^ 2 = 4003', '⊢ False');
    expect(first).toContain('by decide +kernel');
    expect(first).toContain('Fin 4');
  });

  it('reads a natural difference as a sum when it looks at residues', () => {
    const [first] = ofRule('residues', 'x : Nat', 'y : Nat', 'h : 3 * x ^ 2 - 3 * y = 1', '⊢ False');
    expect(first).toContain('have hs : 3 * x ^ 2 = 3 * y + 1 := by omega');
  });

  it('starts an induction at the lower bound that a hypothesis gives', () => {
    const found = ofRule('induction', 'n : Nat', 'h : 4 ≤ n', '⊢ n ^ 2 ≤ 2 ^ n');
    expect(found[0]).toMatch(/^induction h with\n\| refl => /);
    expect(found.some((t) => t.startsWith('induction n with'))).toBe(true);
  });

  it('finds literal witnesses by trying', () => {
    expect(ofRule('witness', '⊢ ∃ x y, x ^ 2 = 2 * y ^ 2 + 7')[0]).toBe('refine ⟨3, 1, ?_⟩ <;> decide');
  });

  it('finds a large root by halving', () => {
    expect(ofRule('witness', '⊢ ∃ k, k ^ 2 = 1000003 * 1000003')[0]).toBe('exact ⟨1000003, by decide⟩');
  });

  it('factors polynomial equations', () => {
    const [first] = ofRule('factor-roots', 'x : Int', 'h : x ^ 2 - 3 * x = 4', '⊢ x = 4 ∨ x = -1');
    expect(first).toContain('(x - (-1)) * (x - (4)) = 0');
  });

  it('finds symbolic witnesses that fit small values', () => {
    const [first] = ofRule('symbolic-witness', 'n : Int', 'h : n % 2 = 1', '⊢ ∃ k, n = 2 * k + 1');
    expect(first).toContain('refine ⟨n / 2, ?_⟩');
  });

  it('tries every value of a bounded variable', () => {
    const found = ofRule('intervals', 'd : Nat', 'h : 1 ≤ d', 'h1 : d ≤ 3', '⊢ d * d * d ≤ 27');
    expect(found[0]).toContain('d = 1 ∨ d = 2 ∨ d = 3');
  });

  it('removes truncated subtraction', () => {
    expect(ofRule('shift', 'a : Nat', 'b : Nat', 'h : b ≤ a', '⊢ (a - b) ^ 2 ≤ a ^ 2')[0]).toContain('a = d + b');
  });

  it('multiplies inequalities for nonlinear goals', () => {
    const found = ofRule('nonlinear', 'x : Int', 'y : Int', 'h : 2 ≤ x', 'h1 : 3 ≤ y', '⊢ 6 ≤ x * y');
    expect(found[0]).toContain('Int.mul_nonneg');
    expect(found[0]).toMatch(/\ngrind$/);
  });

  it('splits an exponent by the period of the base', () => {
    const [first] = ofRule('periods', 'n : Nat', 'h : 5 ∣ 2 ^ n - 1', '⊢ 4 ∣ n');
    expect(first).toContain('n = 4 * q + 3');
  });

  it('leaves goals alone that it cannot read', () => {
    expect(tactics('s : {x : Nat // x > 0}', '⊢ s.val = `weird').length).toBeGreaterThan(0);
  });
});

describe('Mathlib tactics', () => {
  const goalState = state('x : Real', 'y : Real', 'h : 0 ≤ x', '⊢ (x + y) ^ 2 = x ^ 2 + 2 * x * y + y ^ 2');

  it('come only where the environment has them', () => {
    const core = candidatesFor(goalState).map((c) => c.tactic);
    expect(core.some((t) => /ring|linarith|norm_num/.test(t))).toBe(false);
    const all = candidatesFor(goalState, new Set(['ring', 'linarith', 'norm_num'])).map((c) => c.tactic);
    expect(all).toEqual(expect.arrayContaining(['ring', 'linarith', 'norm_num']));
    expect(all).not.toContain('aesop');
  });
});

describe('heuristicProvider', () => {
  const provider = heuristicProvider({ availableTactics: () => Promise.resolve(new Set<string>()) });
  const lines = ['n : Nat', 'h : 2 ≤ n', '⊢ n + 2 ≤ 2 ^ n'];
  const ask = async (round: number, count: number) => {
    const request = {
      states: [state(...lines)],
      count,
      temperature: 1,
      round,
      seed: 0,
      signal: new AbortController().signal,
    };
    const result = await provider.propose(request);
    if (result.kind !== 'proposed' || !result.proposals[0]) throw new Error('nothing proposed');
    return result.proposals[0];
  };

  it('hands out the ranking in pages, then says that it is exhausted', async () => {
    const all = propose(...lines);
    const pages: string[] = [];
    for (let round = 0; ; round++) {
      const { candidates, exhausted } = await ask(round, 5);
      pages.push(...candidates.map((c) => c.tactic));
      if (exhausted) break;
    }
    expect(pages).toEqual(all.map((c) => c.tactic));
  });

  it('gives one probability distribution over all rounds, best first', () => {
    const all = propose(...lines);
    const logProbs = all.map((c) => c.logProb ?? Number.NaN);
    expect(logProbs.reduce((sum, p) => sum + Math.exp(p), 0)).toBeCloseTo(1, 9);
    expect(logProbs).toEqual([...logProbs].sort((a, b) => b - a));
  });

  it('says the same thing every time, in candidates that parse', async () => {
    expect(await ask(0, 50)).toEqual(await ask(0, 50));
    for (const candidate of propose(...lines)) {
      expect(candidateSchema.parse(candidate)).toEqual(candidate);
      expect(candidate.origin).toMatch(/^heuristic:[a-z-]+$/);
      expect(candidate.reason).toBeTruthy();
    }
  });

  it('proposes no text twice', () => {
    const all = tactics(...lines);
    expect(new Set(all).size).toBe(all.length);
  });

  it('answers an empty state with nothing', () => {
    expect(candidatesFor({ goals: [], path: [], depth: 0 })).toEqual([]);
  });
});

describe('term reading', () => {
  const panel: unknown = JSON.parse(
    readFileSync(new URL('../../presets/panels/core_panel.json', import.meta.url), 'utf8'),
  );

  it('has something to say about every statement of the panel', () => {
    const { theorems } = panel as { theorems: readonly { readonly statement: string }[] };
    for (const { statement } of theorems) expect(tactics(`⊢ ${statement}`).length).toBeGreaterThan(3);
  });
});
