import { type Assignment, type Domain, holds } from '../evaluate.ts';
import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { parseTerm } from '../term-reader.ts';
import { type GoalView, isOp, numbersIn } from '../view.ts';

const CLOSE = 'first | omega | grind | (simp_all; done)';
const SAMPLES = 14;
const MAX_TUPLES = 3000;

/** Assignments of the variables that satisfy what the hypotheses say about them, small values first. */
function samples(view: GoalView, names: readonly string[], domain: Domain): readonly Assignment[] {
  const range = domain === 'Nat' ? [3n, 1n, 2n, 5n, 0n, 4n, 7n, 6n] : [2n, -1n, 3n, 1n, -2n, 0n, -3n, 5n, -5n];
  const found: Assignment[] = [];
  const total = Math.min(MAX_TUPLES, range.length ** names.length);
  for (let i = 0; i < total && found.length < SAMPLES; i++) {
    let rest = i;
    const values = new Map<string, bigint>();
    for (const name of names) {
      values.set(name, range[rest % range.length] ?? 0n);
      rest = Math.floor(rest / range.length);
    }
    if (view.facts.every((f) => holds(f.term, values, domain) !== false)) found.push(values);
  }
  return found;
}

/** Terms that could be the witness: the variables, their multiples, quotients and shifts, forms of degree two, parts of the goal. */
function* guesses(view: GoalView, names: readonly string[], body: Term, bound: string): Generator<string> {
  for (const c of ['0', '1', '2', '3']) yield c;
  for (const n of names) {
    yield n;
    for (const c of [1, 2, 3, 4])
      yield* [`${n} + ${c}`, `${n} - ${c}`, `${c + 1} * ${n}`, `${n} / ${c + 1}`, `(${n} - 1) / ${c + 1}`];
    yield* [`${n} * ${n}`, `${n} * (${n} + 1)`, `${n} * (${n} - 1)`, `${n} * (${n} + 1) / 2`, `${n} * ${n} + ${n} + 1`];
  }
  for (const [i, a] of names.entries())
    for (const b of names.slice(i + 1)) yield* [`${a} + ${b}`, `${a} - ${b}`, `${b} - ${a}`, `${a} * ${b}`];
  for (const [i, a] of names.entries())
    for (const b of names.slice(i + 1)) yield* [`-(${a} + ${b})`, `${a} + ${b} + 1`];
  if (names.length > 1) {
    const squares = names.map((n) => `${n} * ${n}`).join(' + ');
    const mixed = names.flatMap((a, i) => names.slice(i + 1).map((b) => `${a} * ${b}`)).join(' + ');
    yield* [
      names.join(' + '),
      squares,
      mixed,
      `${squares} + (${mixed})`,
      `2 * (${squares} + (${mixed}))`,
      `${squares} - (${mixed})`,
    ];
  }
  for (const part of subterms(body)) {
    if (
      part.kind === 'op' &&
      ['+', '-', '*', '^'].includes(part.op) &&
      !mentions(part, bound) &&
      numbersIn(part, view).length > 0
    )
      yield part.text;
  }
}

function mentions(term: Term, name: string): boolean {
  return [...subterms(term)].some((t) => t.kind === 'name' && t.name === name);
}

/** Witnesses in terms of the variables, kept when they fit every sample of values that the hypotheses allow. */
export const symbolicWitness: Rule = {
  name: 'symbolic-witness',
  *propose(view): Iterable<Draft> {
    const { target, domain } = view;
    if (
      target.kind !== 'binder' ||
      target.binder !== '∃' ||
      target.names.length !== 1 ||
      target.bound ||
      domain === null
    )
      return;
    const [bound] = target.names;
    const { body } = target;
    const names = numbersIn(body, view);
    if (bound === undefined || names.length === 0 || names.length > 4) return;
    const points = samples(
      view,
      [...new Set([...names, ...view.facts.flatMap((f) => numbersIn(f.term, view))])],
      domain,
    );
    if (points.length === 0) return;
    let found = 0;
    const tried = new Set<string>();
    for (const text of guesses(view, names, body, bound)) {
      if (tried.has(text)) continue;
      tried.add(text);
      if (!fits(parseTerm(text), body, bound, points, domain)) continue;
      yield {
        tactic: `refine ⟨${text}, ?_⟩ <;> ${CLOSE}`,
        weight: 30 / 2 ** found,
        reason: `${text} fits small values`,
        heartbeats: 10000,
      };
      if (++found === 1)
        yield { tactic: `refine ⟨${text}, ?_⟩`, weight: 8, reason: `${text} fits small values, goal left open` };
      if (found === 3) return;
    }
  },
};

/** `d ∣ e` with a quotient in terms of the variables that fits every sample of values that the hypotheses allow. */
export const symbolicQuotient: Rule = {
  name: 'symbolic-quotient',
  *propose(view): Iterable<Draft> {
    const { target, domain } = view;
    if (!isOp(target, '∣') || domain === null) return;
    const [d, e] = target.args;
    const names = numbersIn(target, view);
    const all = [...new Set([...names, ...view.facts.flatMap((f) => numbersIn(f.term, view))])];
    if (!d || !e || names.length < 2 || all.length > 4) return;
    const points = samples(view, all, domain);
    if (points.length < 3) return;
    const claim = parseTerm(`${e.text} = (${d.text}) * q✝`);
    for (const text of guesses(view, all, target, '')) {
      if (!fits(parseTerm(text), claim, 'q✝', points, domain)) continue;
      yield {
        tactic: `exact ⟨${text}, by first | grind | omega⟩`,
        weight: 18,
        reason: `the quotient ${text} fits small values`,
        heartbeats: 8000,
      };
      return;
    }
  },
};

function fits(guess: Term, body: Term, bound: string, points: readonly Assignment[], domain: Domain): boolean {
  const concrete = substituteName(body, bound, guess);
  return points.every((p) => holds(concrete, p, domain) === true);
}

function substituteName(term: Term, name: string, by: Term): Term {
  if (term.kind === 'name') return term.name === name ? by : term;
  if (term.kind === 'op') return { ...term, args: term.args.map((a) => substituteName(a, name, by)) };
  if (term.kind === 'call') return { ...term, args: term.args.map((a) => substituteName(a, name, by)) };
  return term;
}

/** `∃ a b, a = s ∧ b = t ∧ …`: the equations say what the witnesses are. */
export const definedWitness: Rule = {
  name: 'defined-witness',
  *propose({ target }): Iterable<Draft> {
    const names: string[] = [];
    let body = target;
    while (body.kind === 'binder' && body.binder === '∃' && !body.bound) {
      names.push(...body.names);
      body = body.body;
    }
    const parts: string[] = [];
    for (let rest = body; isOp(rest, '∧') && rest.args[0] && rest.args[1]; rest = rest.args[1]) {
      const side = rest.args[0];
      if (!isOp(side, '=') || !side.args.some((a) => a.kind === 'name' && names.includes(a.name))) break;
      parts.push('rfl');
    }
    if (parts.length === 0) return;
    yield {
      tactic: `refine ⟨${[...names.map(() => '_'), ...parts].join(', ')}, ?_⟩`,
      weight: 15,
      reason: 'the equations define the witnesses',
    };
  },
};
