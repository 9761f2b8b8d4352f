import { type Domain, holdsModulo } from '../evaluate.ts';
import type { Draft, Rule } from '../rule.ts';
import { parseTerm, subterms, type Term } from '../term.ts';
import { type GoalView, isOp, numbersIn } from '../view.ts';
import { namer } from './intro.ts';
import { productScript, type ResiduePlan, tableScript } from './residue-scripts.ts';

/** Moduli that squares, cubes and higher powers say most about. */
const COMMON = [2, 3, 4, 5, 7, 8, 9, 11, 13, 16];
const MAX_CASES = 1400;
const MAX_PRODUCT = 130;

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

/** The prime powers whose product is `m`. */
export function primePowers(m: number): readonly number[] {
  const found: number[] = [];
  let rest = m;
  for (let p = 2; rest > 1; p++) {
    let power = 1;
    while (rest % p === 0) {
      power *= p;
      rest /= p;
    }
    if (power > 1) found.push(power);
  }
  return found;
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

interface Speaker {
  readonly name: string;
  readonly term: Term;
  /** How to obtain it when it is not the hypothesis as it stands. */
  readonly proof?: string;
}

/** The hypotheses that residues can refute; `a - b = c` between naturals is read as `a = b + c`. */
function speakers(view: GoalView): readonly Speaker[] {
  const fresh = namer(view);
  return view.facts
    .filter((f) => f.usable && ['=', '∣', '¬', '∧', '∨', '≠'].some((op) => isOp(f.term, op)))
    .map((f): Speaker => {
      const [left, right] = f.term.kind === 'op' ? f.term.args : [];
      if (
        view.domain === 'Nat' &&
        isOp(f.term, '=') &&
        left &&
        isOp(left, '-') &&
        right?.kind === 'number' &&
        right.value > 0n
      ) {
        const stated = `${left.args[0]?.text} = ${left.args[1]?.text} + ${right.text}`;
        const name = fresh('hs');
        return { name, term: parseTerm(stated), proof: `have ${name} : ${stated} := by omega` };
      }
      return { name: f.name, term: f.term };
    });
}

/** Whether residues modulo `m` settle `target`; then which variables and hypotheses it takes. */
function plan(view: GoalView, target: Term, domain: Domain, m: number): ResiduePlan | null {
  const speaking = speakers(view);
  const names = [...new Set([target, ...speaking.map((f) => f.term)].flatMap((t) => [...numbersIn(t, view)]))];
  if (names.length === 0 || names.length > 4 || m ** names.length > MAX_CASES) return null;
  const needed = new Set<Speaker>();
  for (const residues of tuples(names, m)) {
    if (holdsModulo(target, residues, m, domain) === true) continue;
    const refuting = speaking.find((f) => holdsModulo(f.term, residues, m, domain) === false);
    if (!refuting) return null;
    needed.add(refuting);
  }
  const used = [target, ...[...needed].map((f) => f.term)];
  return {
    m,
    domain,
    target,
    names: names.filter((n) => used.some((t) => numbersIn(t, view).includes(n))),
    facts: [...needed],
    fresh: namer(view),
  };
}

/** Split on the residues of the variables where a calculation here shows that every residue settles the goal. */
export const residues: Rule = {
  name: 'residues',
  *propose(view): Iterable<Draft> {
    const { domain } = view;
    if (domain === null) return;
    let found = 0;
    for (const m of moduli(view)) {
      const parts = byPrimePowers(view, domain, m);
      if (parts)
        yield { tactic: parts, weight: 46, reason: `residues modulo the prime powers of ${m}`, heartbeats: 25000 };
      const made = plan(view, view.target, domain, m);
      if (!made) continue;
      const weight = 45 / 2 ** found;
      const table = made.names.length > 1 ? tableScript(made) : null;
      if (table !== null) yield { tactic: table, weight, reason: `residues of powers modulo ${m}`, heartbeats: 25000 };
      if (m ** made.names.length <= MAX_PRODUCT) {
        yield {
          tactic: productScript(made),
          weight: table === null ? weight : weight / 3,
          reason: `residues modulo ${m}`,
          heartbeats: 25000,
        };
      }
      if (++found === 3) return;
    }
  },
};

/** A divisibility by a composite number, one prime power at a time. */
function byPrimePowers(view: GoalView, domain: Domain, m: number): string | null {
  const { target } = view;
  if (!isOp(target, '∣') || target.args[0]?.text !== String(m) || !target.args[1]) return null;
  const factors = primePowers(m);
  if (factors.length < 2) return null;
  const body = target.args[1].text;
  const lines: string[] = [];
  for (const q of factors) {
    const made = plan(view, parseTerm(`(${body}) % ${q} = 0`), domain, q);
    if (!made || q ** made.names.length > MAX_PRODUCT) return null;
    const script = (made.names.length > 1 ? tableScript(made) : null) ?? productScript(made);
    lines.push(`have hp${q} : (${body}) % ${q} = 0 := by`, ...script.split('\n').map((l) => `  ${l}`));
  }
  return [...lines, 'omega'].join('\n');
}
