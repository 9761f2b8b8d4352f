import { type Assignment, evaluate, holds } from '../evaluate.ts';
import type { Draft, Rule } from '../rule.ts';
import type { Term } from '../term.ts';
import { type GoalView, isOp } from '../view.ts';

const SMALL = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n];
const MAX_TRIES = 4000;

function existential(term: Term): { readonly names: readonly string[]; readonly body: Term } {
  const names: string[] = [];
  let body = term;
  while (body.kind === 'binder' && body.binder === '∃' && !body.bound) {
    names.push(...body.names);
    body = body.body;
  }
  return { names, body };
}

/** Small numbers that make the body true, by trying them. */
function* literals(view: GoalView): Generator<readonly bigint[]> {
  const { names, body } = existential(view.target);
  const range = names.length === 1 ? Array.from({ length: 400 }, (_, i) => BigInt(i)) : SMALL;
  const signed = [...range, ...range.slice(1, 7).map((v) => -v)];
  const total = Math.min(MAX_TRIES, signed.length ** names.length);
  for (let i = 0; i < total; i++) {
    const values: bigint[] = [];
    for (let rest = i, k = 0; k < names.length; k++) {
      values.push(signed[rest % signed.length] ?? 0n);
      rest = Math.floor(rest / signed.length);
    }
    const assignment: Assignment = new Map(names.map((n, k) => [n, values[k] ?? 0n]));
    const domain = values.some((v) => v < 0n) ? 'Int' : 'Nat';
    if (holds(body, assignment, domain) === true) yield values;
  }
}

/** The natural k with `f k = c`, for a side f that grows: by doubling, then halving. */
function grownRoot(name: string, body: Term): bigint | null {
  if (!isOp(body, '=')) return null;
  const difference = (k: bigint): bigint | undefined => {
    const sides = body.args.map((side) => evaluate(side, new Map([[name, k]]), 'Nat'));
    const [a, b] = sides;
    return a === undefined || b === undefined ? undefined : a - b;
  };
  const start = difference(0n);
  if (start === undefined || start === 0n) return null;
  const sign = start < 0n ? 1n : -1n;
  let high = 1n;
  for (let value = difference(high); value !== undefined && value * sign < 0n; value = difference(high)) {
    high *= 2n;
    if (high > 1n << 80n) return null;
  }
  let low = high / 2n;
  while (low < high) {
    const middle = (low + high) / 2n;
    if ((difference(middle) ?? 0n) * sign < 0n) low = middle + 1n;
    else high = middle;
  }
  return difference(low) === 0n ? low : null;
}

/** Witnesses: computed where the body is arithmetic without other variables, else what is at hand. */
export const witnesses: Rule = {
  name: 'witness',
  *propose(view): Iterable<Draft> {
    if (view.target.kind !== 'binder' || view.target.binder !== '∃') return;
    const { names } = existential(view.target);
    let found = 0;
    const { body } = existential(view.target);
    const root = names.length === 1 && names[0] !== undefined ? grownRoot(names[0], body) : null;
    if (root !== null && root >= 400n)
      yield { tactic: `exact ⟨${root}, by decide⟩`, weight: 40, reason: 'the root of a growing side' };
    for (const values of literals(view)) {
      yield {
        tactic: `refine ⟨${values.join(', ')}, ?_⟩ <;> decide`,
        weight: 40 / 2 ** found,
        reason: 'a witness found by trying',
      };
      if (++found === 4) break;
    }
    yield {
      tactic: `refine ⟨${names.map(() => '_').join(', ')}, ?_⟩`,
      weight: 0.5,
      reason: 'leave the witness to unification',
    };
    if (names.length > 1) {
      for (const w of ['0', '1']) {
        const close = `first | (simp; done) | omega | grind`;
        yield {
          tactic: `refine ⟨${names.map(() => w).join(', ')}, ?_⟩ <;> ${close}`,
          weight: 4,
          reason: `try ${w}`,
          heartbeats: 8000,
        };
      }
      return;
    }
    const at = [...view.numbers.keys()].filter((n) => view.variables.some((v) => v.name === n));
    for (const w of ['0', '1', '2', ...at, ...at.map((n) => `${n} + 1`), ...at.map((n) => `${n} / 2`)]) {
      yield {
        tactic: `refine ⟨${w}, ?_⟩ <;> first | omega | (simp; done) | grind | (simp_all; done)`,
        weight: 4,
        reason: `try ${w}`,
        heartbeats: 8000,
      };
    }
    for (const w of ['0', ...at])
      yield { tactic: `refine ⟨${w}, ?_⟩`, weight: 0.7, reason: `try ${w}, goal left open` };
  },
};
