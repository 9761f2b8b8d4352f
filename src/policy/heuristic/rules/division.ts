import { type Assignment, type Domain, evaluate, holds } from '../evaluate.ts';
import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { type GoalView, isOp, numbersIn } from '../view.ts';

/** Values of all number variables that no inequality among the hypotheses rules out, small ones and some large. */
function allowedValues(
  view: GoalView,
  names: readonly string[],
  domain: Domain,
  wanted: number,
): readonly Assignment[] {
  const range = domain === 'Nat' ? [0n, 1n, 2n, 3n, 4n, 5n, 7n, 11n, 40n] : [0n, 1n, -1n, 2n, -2n, 3n, 5n, -7n, 40n];
  const total = Math.min(2000, range.length ** names.length);
  const found: Assignment[] = [];
  for (let i = 0; i < total && found.length < wanted; i++) {
    let rest = i;
    const values = new Map<string, bigint>();
    for (const name of names) {
      values.set(name, range[rest % range.length] ?? 0n);
      rest = Math.floor(rest / range.length);
    }
    if (view.facts.every((f) => isOp(f.term, '=') || holds(f.term, values, domain) !== false)) found.push(values);
  }
  return found;
}

interface Quotient {
  readonly text: string;
  readonly value: bigint;
  readonly numerator: string;
  readonly denominator: string;
}

/** Quotients in the goal that have one value wherever the hypotheses hold, as far as trying tells; innermost first. */
function constantQuotients(view: GoalView, domain: Domain): readonly Quotient[] {
  const found = new Map<string, Quotient>();
  const all = [view.target, ...view.facts.map((f) => f.term)]
    .flatMap((t) => [...subterms(t)])
    .filter((t) => isOp(t, '/'));
  if (all.length === 0) return [];
  const names = [...view.numbers.keys()];
  const points = allowedValues(view, names, domain, 60);
  for (const term of all.reverse()) {
    if (!isOp(term, '/') || found.size === 6) continue;
    const [a, b] = term.args;
    if (!a || !b || numbersIn(term, view).length === 0) continue;
    const values = new Set(points.map((p) => evaluate(term, p, domain)));
    const [value] = values;
    if (values.size !== 1 || value === undefined) continue;
    found.set(strip(term), { text: strip(term), value, numerator: a.text, denominator: b.text });
  }
  return [...found.values()];
}

function strip(term: Term): string {
  return term.text.replace(/^\((.*)\)$/u, (whole, inner: string) => (balanced(inner) ? inner : whole));
}

function balanced(text: string): boolean {
  let depth = 0;
  for (const c of text) {
    if (c === '(') depth++;
    else if (c === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

/** Replace quotients that can have one value only. */
export const quotients: Rule = {
  name: 'quotients',
  *propose(view): Iterable<Draft> {
    const { domain } = view;
    if (domain === null) return;
    const found = constantQuotients(view, domain);
    if (found.length === 0) return;
    const names = found.map((_, i) => `hq${i}`);
    const proof =
      domain === 'Nat'
        ? (q: Quotient): string =>
            `first | exact Nat.div_eq_of_lt (by first | omega | exact Nat.pow_lt_pow_right (by decide) (by omega) | grind) | (rw [Nat.div_eq_iff (by first | omega | grind)]; first | omega | grind) | (simp [${names.join(', ')}]; done) | (rcases Nat.lt_or_ge (${q.numerator}) (${q.denominator}) <;> simp_all [Nat.div_eq_of_lt])`
        : (): string =>
            'first | exact Int.ediv_eq_zero_of_lt (by first | omega | grind) (by first | omega | grind) | omega';
    const lines = found.map(
      (q, i) =>
        `have hq${i} : ${q.text} = ${q.value} := by ${proof(q).replace(`simp [${names.join(', ')}]`, `simp [${names.slice(0, i).join(', ')}]`)}`,
    );
    yield {
      tactic: [
        ...lines,
        `first | (simp [${names.join(', ')}]; done) | (simp [${names.join(', ')}] at *; omega) | (simp_all; done) | grind`,
      ].join('\n'),
      weight: 16,
      reason: 'quotients with one possible value',
      heartbeats: 15000,
    };
  },
};
