import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { type GoalView, isOp, numbersIn } from '../view.ts';

/** `p * x + q` for one variable x. */
interface Linear {
  readonly slope: bigint;
  readonly constant: bigint;
}

function linear(term: Term, name: string): Linear | null {
  if (term.kind === 'number') return { slope: 0n, constant: term.value };
  if (term.kind === 'name') return term.name === name ? { slope: 1n, constant: 0n } : null;
  if (term.kind !== 'op' || !term.args[0] || !term.args[1]) return null;
  const a = linear(term.args[0], name);
  const b = linear(term.args[1], name);
  if (!a || !b) return null;
  if (term.op === '+') return { slope: a.slope + b.slope, constant: a.constant + b.constant };
  if (term.op !== '*' || (a.slope !== 0n && b.slope !== 0n)) return null;
  return a.slope === 0n
    ? { slope: a.constant * b.slope, constant: a.constant * b.constant }
    : { slope: a.slope * b.constant, constant: a.constant * b.constant };
}

interface GcdTerm {
  readonly a: Term;
  readonly b: Term;
}

function gcds(view: GoalView): readonly GcdTerm[] {
  const found = new Map<string, GcdTerm>();
  for (const part of subterms(view.target)) {
    if (part.kind !== 'call' || part.head.kind !== 'name') continue;
    const match = /^(.*)\.(gcd|Coprime)$/u.exec(part.head.name);
    if (!match) continue;
    const owner = match[1] ?? '';
    const [first, second] = part.args;
    if (owner === 'Nat' || owner === '_') {
      if (first && second) found.set(part.text, { a: first, b: second });
    } else if (first && owner !== 'Int')
      found.set(part.text, { a: { kind: 'name', name: owner, text: owner }, b: first });
  }
  return [...found.values()];
}

/** Facts about gcds: it divides both sides, so also the combination in which the variable cancels. */
export const gcd: Rule = {
  name: 'gcd',
  *propose(view): Iterable<Draft> {
    const all = gcds(view);
    yield* productOfBoth(view);
    if (all.length === 0) return;
    yield {
      tactic: 'simp [Nat.Coprime, Nat.gcd_add_self_right, Nat.gcd_add_self_left]',
      weight: 8,
      reason: 'gcd of shifted numbers',
      heartbeats: 8000,
    };
    yield { tactic: 'simp_all [Nat.Coprime]', weight: 5, reason: 'coprime is gcd one', heartbeats: 8000 };
    for (const { a, b } of all.slice(0, 2)) {
      yield* combination(view, a, b);
      yield* euclid(view, a, b);
    }
  },
};

/** `gcd a b = g` and `lcm a b = l` give `a * b = g * l`. */
function* productOfBoth(view: GoalView): Generator<Draft> {
  const known = (method: string) =>
    view.facts
      .filter((f) => f.usable && isOp(f.term, '='))
      .find((f) => isOp(f.term, '=') && methodOf(f.term.args[0]) === method);
  const g = known('gcd');
  const l = known('lcm');
  if (!g || !l || !isOp(g.term, '=')) return;
  const [both] = g.term.args;
  if (both?.kind !== 'call' || both.head.kind !== 'name') return;
  const owner = both.head.name.replace(/\.gcd$/u, '');
  const args = owner === 'Nat' || owner === '_' ? both.args.map((a) => a.text) : [owner, both.args[0]?.text ?? ''];
  const lines = [
    `have hg := Nat.gcd_mul_lcm (${args[0]}) (${args[1]})`,
    `rw [${g.name}, ${l.name}] at hg`,
    'first | omega | grind',
  ];
  yield { tactic: lines.join('\n'), weight: 20, reason: 'gcd times lcm is the product', heartbeats: 8000 };
}

function methodOf(term: Term | undefined): string | undefined {
  return term?.kind === 'call' && term.head.kind === 'name' ? /[^.]*$/u.exec(term.head.name)?.[0] : undefined;
}

function* combination(view: GoalView, a: Term, b: Term): Generator<Draft> {
  const [name] = [...new Set([...numbersIn(a, view), ...numbersIn(b, view)])];
  const la = name === undefined ? null : linear(a, name);
  const lb = name === undefined ? null : linear(b, name);
  if (!la || !lb || la.slope === 0n || lb.slope === 0n) return;
  const difference = lb.slope * la.constant - la.slope * lb.constant;
  const [p, q] = [lb.slope, la.slope];
  const [left, right] = [
    `Nat.dvd_trans (Nat.gcd_dvd_left (${a.text}) (${b.text})) (Nat.dvd_mul_left _ ${p})`,
    `Nat.dvd_trans (Nat.gcd_dvd_right (${a.text}) (${b.text})) (Nat.dvd_mul_left _ ${q})`,
  ];
  const size = difference < 0n ? -difference : difference;
  const [big, small] =
    difference > 0n ? [`${p} * (${a.text})`, `${q} * (${b.text})`] : [`${q} * (${b.text})`, `${p} * (${a.text})`];
  const [h1, h2] = difference > 0n ? [left, right] : [right, left];
  const lines = [
    `have hd := Nat.dvd_sub (${h1}) (${h2})`,
    `rw [show ${big} - ${small} = ${size} by omega] at hd`,
    `have hl := Nat.le_of_dvd (by decide) hd`,
    'first | exact hl | simp_all [Nat.Coprime] | (simp only [Nat.Coprime] at *; omega)',
  ];
  yield { tactic: lines.join('\n'), weight: 12, reason: `the gcd divides ${size}`, heartbeats: 8000 };
}

/** One step of Euclid's algorithm on linear terms. */
function* euclid(view: GoalView, a: Term, b: Term): Generator<Draft> {
  for (const [x, y] of [
    [a, b],
    [b, a],
  ] as const) {
    const [name] = numbersIn(x, view);
    const lx = name === undefined ? null : linear(x, name);
    const ly = name === undefined ? null : linear(y, name);
    if (!lx || !ly || ly.slope <= 0n || ly.constant < 0n || lx.slope < ly.slope) continue;
    const q = lx.slope / ly.slope;
    const rest = { slope: lx.slope - q * ly.slope, constant: lx.constant - q * ly.constant };
    if (rest.constant < 0n) continue;
    const tail = `${rest.slope} * ${name} + ${rest.constant} + ${q} * (${y.text})`;
    const step = `rw [show ${x.text} = ${tail} by omega]`;
    yield { tactic: `${step}\nsimp`, weight: 10, reason: 'a step of the Euclidean algorithm', heartbeats: 8000 };
    yield {
      tactic: `${step}\nsimp only [Nat.gcd_add_mul_left_left, Nat.gcd_add_mul_right_left, Nat.gcd_add_mul_left_right, Nat.gcd_add_mul_right_right]`,
      weight: 3,
      reason: 'a step of the Euclidean algorithm, goal left open',
      heartbeats: 8000,
    };
  }
}

/** `A - B ∣ A ^ c - B ^ c`, where the exponents of the goal are multiples of one another. */
export const powerDifferences: Rule = {
  name: 'power-differences',
  *propose(view): Iterable<Draft> {
    const { target } = view;
    if (!isOp(target, '∣') || !target.args.every((side) => isOp(side, '-')) || view.domain !== 'Nat') return;
    const [divisor] = target.args;
    if (!divisor || !isOp(divisor, '-')) return;
    const [a, b] = divisor.args;
    if (!a || !b) return;
    const key = [
      'have key : ∀ A B c : Nat, B ≤ A → A - B ∣ A ^ c - B ^ c := by',
      '  intro A B c hle',
      '  obtain ⟨d, rfl⟩ : ∃ d, A = B + d := ⟨A - B, by omega⟩',
      '  apply Nat.dvd_of_mod_eq_zero',
      '  apply Nat.sub_mod_eq_zero_of_mod_eq',
      '  rw [Nat.add_sub_cancel_left, Nat.pow_mod, Nat.add_mod_right, ← Nat.pow_mod]',
    ];
    for (const fact of view.facts) {
      if (!fact.usable || !isOp(fact.term, '∣')) continue;
      const lines = [
        ...key,
        `obtain ⟨c, rfl⟩ := ${fact.name}`,
        `have hk := key (${a.text}) (${b.text}) c (by first | exact Nat.pow_le_pow_left (by decide) _ | exact Nat.pow_pos (by decide) | omega)`,
        'simp only [← Nat.pow_mul, Nat.one_pow] at hk',
        'exact hk',
      ];
      yield {
        tactic: lines.join('\n'),
        weight: 25,
        reason: 'a difference divides the difference of powers',
        heartbeats: 8000,
      };
    }
  },
};
