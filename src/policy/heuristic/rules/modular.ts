import { type Domain, holdsModulo } from '../evaluate.ts';
import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { parseTerm } from '../term-reader.ts';
import { type GoalView, isOp, numbersIn } from '../view.ts';
import { namer } from './intro.ts';
import { kernelScript, productScript, type ResiduePlan } from './residue-scripts.ts';

/** Moduli that squares, cubes and higher powers say most about. */
const COMMON = [2, 3, 4, 5, 7, 8, 9, 11, 13, 16];
const MAX_CASES = 1400;
const MAX_PRODUCT = 130;
const FEW_CASES = 10;

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
      const made = plan(view, view.target, domain, m);
      if (!made) continue;
      const weight = 45 / 2 ** found;
      const cases = m ** made.names.length;
      const few = cases <= FEW_CASES;
      if (cases <= MAX_PRODUCT)
        yield {
          tactic: productScript(made),
          weight: few ? weight : weight / 8,
          reason: `residues modulo ${m}`,
          heartbeats: 20000,
        };
      yield {
        tactic: kernelScript(made),
        weight: few ? weight / 8 : weight,
        reason: `residues modulo ${m}, by the kernel`,
        heartbeats: 20000,
      };
      if (++found === 3) return;
    }
  },
};
