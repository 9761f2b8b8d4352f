import { type Assignment, holds } from '../evaluate.ts';
import type { Draft, Rule } from '../rule.ts';
import type { Term } from '../term.ts';
import type { GoalView } from '../view.ts';

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

/** Witnesses: computed where the body is arithmetic without other variables, else what is at hand. */
export const witnesses: Rule = {
  name: 'witness',
  *propose(view): Iterable<Draft> {
    if (view.target.kind !== 'binder' || view.target.binder !== '∃') return;
    const { names } = existential(view.target);
    let found = 0;
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
