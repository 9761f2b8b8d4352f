import { type Domain, holdsModulo } from '../evaluate.ts';
import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { type Fact, type GoalView, isOp, numbersIn } from '../view.ts';
import { namer } from './intro.ts';

/** Moduli that squares, cubes and higher powers say most about. */
const COMMON = [2, 3, 4, 5, 7, 8, 9, 11, 13, 16];
const MAX_CASES = 400;

/** The moduli that the goal itself speaks of, then the common ones. */
function moduli(view: GoalView): readonly number[] {
  const own = new Set<number>();
  for (const term of [view.target, ...view.facts.map((f) => f.term)]) {
    for (const part of subterms(term)) {
      if (part.kind !== 'op') continue;
      const literal = part.op === '∣' ? part.args[0] : part.op === '%' ? part.args[1] : undefined;
      if (literal?.kind === 'number' && literal.value > 1n && literal.value <= 200n) own.add(Number(literal.value));
    }
  }
  return [...new Set([...own, ...COMMON])];
}

function* tuples(names: readonly string[], m: number): Generator<ReadonlyMap<string, number>> {
  const total = m ** names.length;
  for (let i = 0; i < total; i++) {
    const values = new Map<string, number>();
    let rest = i;
    for (const name of names) {
      values.set(name, rest % m);
      rest = Math.floor(rest / m);
    }
    yield values;
  }
}

interface Plan {
  readonly m: number;
  readonly names: readonly string[];
  readonly facts: readonly Fact[];
}

/** Whether residues modulo `m` settle the goal; then which variables and hypotheses it takes. */
function plan(view: GoalView, domain: Domain, m: number): Plan | null {
  const speaking = view.facts.filter((f) => f.usable && ['=', '∣', '¬', '∧', '∨', '≠'].some((op) => isOp(f.term, op)));
  const names = [...new Set([view.target, ...speaking.map((f) => f.term)].flatMap((t) => [...numbersIn(t, view)]))];
  if (names.length === 0 || names.length > 4 || m ** names.length > MAX_CASES) return null;
  const needed = new Set<Fact>();
  for (const residues of tuples(names, m)) {
    if (holdsModulo(view.target, residues, m, domain) === true) continue;
    const refuting = speaking.find((f) => holdsModulo(f.term, residues, m, domain) === false);
    if (!refuting) return null;
    needed.add(refuting);
  }
  const used = [view.target, ...[...needed].map((f) => f.term)];
  const inPlay = names.filter((n) => used.some((t) => numbersIn(t, view).includes(n)));
  return { m, names: inPlay, facts: [...needed] };
}

function script({ m, names, facts }: Plan, view: GoalView, domain: Domain): string {
  const fresh = namer(view);
  const lines: string[] = [];
  const rests: string[] = [];
  for (const name of names) {
    const h = fresh('hr');
    rests.push(h);
    const options = Array.from({ length: m }, (_, r) => `${name} % ${m} = ${r}`).join(' ∨ ');
    lines.push(`have ${h} : ${options} := by omega`);
  }
  const at: string[] = [];
  for (const fact of facts) {
    if (!isOp(fact.term, '=') || mentionsRemainder(fact.term)) at.push(fact.name);
    else {
      const h = fresh('hm');
      lines.push(`have ${h} := congrArg (fun t => t % ${m}) ${fact.name}`);
      at.push(h);
    }
  }
  const splits = rests.map((h) => `rcases ${h} with ${Array.from({ length: m }, () => h).join(' | ')}`).join(' <;> ');
  const lemmas =
    domain === 'Int'
      ? ['Int.dvd_iff_emod_eq_zero', 'Int.pow_succ', 'Int.mul_emod', 'Int.add_emod', 'Int.sub_emod', 'Int.neg_emod']
      : ['Nat.dvd_iff_mod_eq_zero', 'Nat.pow_succ', 'Nat.mul_mod', 'Nat.add_mod'];
  const where = at.length === 0 ? '' : ` at ${at.join(' ')}${view.target.text === 'False' ? '' : ' ⊢'}`;
  lines.push(`${splits} <;> simp [${[...lemmas, ...rests].join(', ')}]${where}`);
  return lines.join('\n');
}

function mentionsRemainder(term: Term): boolean {
  return [...subterms(term)].some((t) => isOp(t, '%'));
}

/** Split on the residues of the variables where a calculation here shows that every residue settles the goal. */
export const residues: Rule = {
  name: 'residues',
  *propose(view): Iterable<Draft> {
    const { domain } = view;
    if (domain === null) return;
    let found = 0;
    for (const m of moduli(view)) {
      const made = plan(view, domain, m);
      if (!made) continue;
      yield {
        tactic: script(made, view, domain),
        weight: 45 / 2 ** found,
        reason: `residues modulo ${m}`,
        heartbeats: 25000,
      };
      if (++found === 3) return;
    }
  },
};
