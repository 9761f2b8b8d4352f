import { type Domain, holds } from '../evaluate.ts';
import type { Draft, Rule } from '../rule.ts';
import type { Term } from '../term.ts';
import { type Fact, type GoalView, numbersIn } from '../view.ts';
import { conjuncts, inequality } from './nonlinear.ts';

const CLOSE = 'first | omega | (simp_all; done) | grind';
const MAX_CASES = 130;
const REACH = 150;

interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

/** Literal bounds of a variable among the hypotheses. */
function statedRange(name: string, domain: Domain, facts: readonly Fact[]): Range | null {
  let low: bigint | null = domain === 'Nat' ? 0n : null;
  let high: bigint | null = null;
  for (const term of facts.flatMap((f) => conjuncts(f.term))) {
    const found = inequality(term);
    if (!found) continue;
    const below = /^(-?\d+)( \+ 1)?$/.exec(found.low);
    if (below && found.high === name) {
      const value = BigInt(below[1] ?? 0) + (below[2] ? 1n : 0n);
      if (low === null || value > low) low = value;
    }
    const above = new RegExp(`^${name.replace(/[.*+?^$()|[\]\\]/g, '\\$&')}( \\+ 1)?$`, 'u').exec(found.low);
    if (above && /^-?\d+$/.test(found.high)) {
      const value = BigInt(found.high) - (above[1] ? 1n : 0n);
      if (high === null || value < high) high = value;
    }
  }
  return low === null || high === null ? null : { low, high };
}

function enumerate(name: string, { low, high }: Range): string {
  const values = Array.from({ length: Number(high - low) + 1 }, (_, i) => low + BigInt(i));
  return values.map((v) => `${name} = ${v}`).join(' ∨ ');
}

function caseSplit(name: string, range: Range, h: string): readonly string[] {
  const alternatives = Array.from({ length: Number(range.high - range.low) + 1 }, () => 'rfl').join(' | ');
  return [`have ${h} : ${enumerate(name, range)} := by omega`, `rcases ${h} with ${alternatives}`];
}

/** Try every value of a variable that lies between literals. */
export const intervals: Rule = {
  name: 'intervals',
  *propose(view): Iterable<Draft> {
    const ranges = new Map<string, Range>();
    for (const { name } of view.variables) {
      const domain = view.numbers.get(name);
      const range = domain && statedRange(name, domain, view.facts);
      if (range && range.high >= range.low && range.high - range.low < BigInt(MAX_CASES)) ranges.set(name, range);
    }
    const size = (r: Range): number => Number(r.high - r.low) + 1;
    const sorted = [...ranges].sort((a, b) => size(a[1]) - size(b[1]));
    const h = view.fresh('hv');
    for (const [name, range] of sorted) {
      const lines = caseSplit(name, range, h);
      yield {
        tactic: `${lines.join('\n')} <;> ${CLOSE}`,
        weight: 10,
        reason: `every value of ${name}`,
        heartbeats: 10000,
      };
    }
    const [first, second] = sorted;
    if (!first || !second || size(first[1]) * size(second[1]) > MAX_CASES) return;
    const [have1, split1] = caseSplit(first[0], first[1], h);
    const [have2, split2] = caseSplit(second[0], second[1], `${h}'`);
    yield {
      tactic: `${have1}\n${have2}\n${split1} <;> ${split2} <;> ${CLOSE}`,
      weight: 7,
      reason: `every value of ${first[0]} and ${second[0]}`,
      heartbeats: 10000,
    };
  },
};

/** The values of `name` within reach that its own hypotheses allow; null when they say nothing. */
function solutions(name: string, domain: Domain, facts: readonly Fact[]): readonly bigint[] | null {
  const found: bigint[] = [];
  for (let v = domain === 'Nat' ? 0 : -REACH; v <= REACH; v++) {
    const truths = facts.map((f) => holds(f.term, new Map([[name, BigInt(v)]]), domain));
    if (truths.every((t) => t === undefined)) return null;
    if (!truths.includes(false)) found.push(BigInt(v));
  }
  return found;
}

/** Bound a variable by a polynomial condition on it alone, then try every value. */
export const roots: Rule = {
  name: 'roots',
  *propose(view): Iterable<Draft> {
    for (const { name } of view.variables) {
      const domain = view.numbers.get(name);
      if (!domain) continue;
      const own = view.facts.filter((f) => f.usable && numbersIn(f.term, view).join() === name && isNonlinear(f.term));
      if (own.length === 0) continue;
      const found = solutions(name, domain, own);
      if (!found || found.length > 40) continue;
      yield* rootDraft(view, name, domain, found);
    }
  },
};

function isNonlinear(term: Term): boolean {
  return /\^|\*/.test(term.text);
}

function rootDraft(view: GoalView, name: string, domain: Domain, found: readonly bigint[]): Draft[] {
  const high = found.reduce((m, v) => (v > m ? v : m), 0n) + 1n;
  const low = domain === 'Nat' ? 0n : found.reduce((m, v) => (v < m ? v : m), 0n) - 1n;
  if (high - low >= BigInt(MAX_CASES)) return [];
  const d = view.fresh('d');
  const up = domain === 'Nat' ? `⟨${name} - ${high + 1n}, by omega⟩` : `⟨(${name} - ${high + 1n}).toNat, by omega⟩`;
  const lines = [
    `have hb : ${name} ≤ ${high} := by`,
    '  apply Classical.byContradiction',
    '  intro hc',
    `  obtain ⟨${d}, rfl⟩ : ∃ ${d} : Nat, ${name} = ${d} + ${high + 1n} := ${up}`,
    '  grind',
  ];
  if (domain === 'Int') {
    lines.push(
      `have hl : ${low} ≤ ${name} := by`,
      '  apply Classical.byContradiction',
      '  intro hc',
      `  obtain ⟨${d}, rfl⟩ : ∃ ${d} : Nat, ${name} = ${low - 1n} - ${d} := ⟨(${low - 1n} - ${name}).toNat, by omega⟩`,
      '  grind',
    );
  }
  const split = caseSplit(name, { low, high }, view.fresh('hv'));
  return [
    {
      tactic: `${[...lines, ...split].join('\n')} <;> ${CLOSE}`,
      weight: 5,
      reason: `bound ${name}, then every value`,
      heartbeats: 40000,
    },
  ];
}
