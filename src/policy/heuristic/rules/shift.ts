import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { type GoalView, isOp } from '../view.ts';
import { lowerBound } from './induction.ts';
import { inequality } from './nonlinear.ts';

const CLOSE = 'first | grind | (simp [Nat.pow_succ, Nat.mul_add] at *; omega) | (simp_all; done)';

function isLocalNumber(term: Term | undefined, view: GoalView): term is Term & { kind: 'name' } {
  return (
    term?.kind === 'name' && view.numbers.get(term.name) === 'Nat' && view.variables.some((v) => v.name === term.name)
  );
}

/** Truncated subtractions `a - b` of a variable, with what makes them exact. */
function subtractions(view: GoalView): readonly { readonly name: string; readonly least: string }[] {
  const found = new Map<string, string>();
  const bounds = view.facts.map((f) => lowerBound(f)).filter((b) => b !== null);
  for (const term of [view.target, ...view.facts.map((f) => f.term)]) {
    for (const part of subterms(term)) {
      if (!isOp(part, '-')) continue;
      const [a, b] = part.args;
      if (!isLocalNumber(a, view) || !b) continue;
      if (b.kind === 'number') {
        const bound = bounds.find((f) => f.name === a.name);
        found.set(a.name, String(bound && bound.least > b.value ? bound.least : b.value));
      } else if (view.facts.some((f) => sameOrder(f.term, b.text, a.name))) found.set(a.name, b.text);
    }
  }
  return [...found].map(([name, least]) => ({ name, least }));
}

function sameOrder(term: Term, low: string, high: string): boolean {
  const found = inequality(term);
  return found !== null && (found.low === low || found.low === `${low} + 1`) && found.high === high;
}

/** Write a natural number as a sum, so that subtraction disappears: `a = d + c` for `c ≤ a`. */
export const shift: Rule = {
  name: 'shift',
  *propose(view): Iterable<Draft> {
    const steps = subtractions(view);
    const line = (name: string, least: string): string => {
      const d = view.fresh('d');
      return `obtain ⟨${d}, rfl⟩ : ∃ ${d}, ${name} = ${d} + ${least} := ⟨${name} - (${least}), by omega⟩`;
    };
    for (const { name, least } of steps) {
      yield { tactic: `${line(name, least)}\n${CLOSE}`, weight: 12, reason: `${name} as a sum`, heartbeats: 15000 };
      yield {
        tactic: `${line(name, least)}\nsimp only [Nat.add_sub_cancel, Nat.pow_succ] at *`,
        weight: 5,
        reason: `${name} as a sum, goal left open`,
      };
    }
    for (const fact of view.facts) {
      const bound = lowerBound(fact);
      if (!bound || bound.least === 0n || !isLocalNumber({ kind: 'name', name: bound.name, text: '' }, view)) continue;
      yield {
        tactic: `${line(bound.name, String(bound.least))}\n${CLOSE}`,
        weight: 5,
        reason: `${bound.name} from its lower bound`,
        heartbeats: 40000,
      };
    }
  },
};
