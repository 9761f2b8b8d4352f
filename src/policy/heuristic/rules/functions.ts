import { evaluate } from '../evaluate.ts';
import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { isOp } from '../view.ts';

/** The function in `Function.Injective f`. */
function injectiveArgument(term: Term): Term | null {
  if (term.kind !== 'call' || term.head.kind !== 'name' || term.head.name !== 'Function.Injective') return null;
  return term.args[0] ?? null;
}

/** Injective or not: unfold, or show two arguments with one value. */
export const injective: Rule = {
  name: 'injective',
  *propose({ target }): Iterable<Draft> {
    if (injectiveArgument(target)) {
      yield {
        tactic: 'intro a b hab\nfirst | (simp at hab; omega) | grind | (simp_all; done)',
        weight: 30,
        reason: 'unfold injectivity',
        heartbeats: 10000,
      };
    }
    const negated = isOp(target, '¬') && target.args[0] ? injectiveArgument(target.args[0]) : null;
    if (negated?.kind !== 'binder' || negated.names.length !== 1) return;
    const [x] = negated.names;
    const seen = new Map<bigint, number>();
    for (let i = 0; x !== undefined && i < 40; i++) {
      const value = evaluate(negated.body, new Map([[x, BigInt(i)]]), 'Nat');
      if (value === undefined) return;
      const before = seen.get(value);
      if (before !== undefined) {
        yield {
          tactic: `intro hi\nhave := @hi ${before} ${i} (by decide)\nomega`,
          weight: 30,
          reason: 'two arguments with one value',
        };
        return;
      }
      seen.set(value, i);
    }
  },
};

/** Use a hypothesis about all arguments at the arguments that the goal mentions. */
export const instantiate: Rule = {
  name: 'instantiate',
  *propose(view): Iterable<Draft> {
    const general = view.facts.filter((f) => f.usable && f.term.kind === 'binder' && f.term.binder === '∀');
    if (general.length === 0) return;
    const functions = new Set(view.variables.filter((v) => v.type.includes('→')).map((v) => v.name));
    const args = new Set<string>();
    for (const term of [view.target, ...view.facts.filter((f) => f.term.kind !== 'binder').map((f) => f.term)]) {
      for (const part of subterms(term)) {
        if (part.kind === 'call' && part.head.kind === 'name' && functions.has(part.head.name))
          for (const a of part.args) args.add(a.text);
      }
    }
    for (const fact of general.slice(0, 3)) {
      if (fact.term.kind !== 'binder') continue;
      yield { tactic: `simp [${fact.name}]`, weight: 6, reason: `rewrite with ${fact.name}`, heartbeats: 8000 };
      yield {
        tactic: `simp only [${fact.name}] at *\n  <;> first | omega | grind`,
        weight: 4,
        reason: `rewrite with ${fact.name} everywhere`,
        heartbeats: 8000,
      };
      const chosen = [...args].slice(0, 4);
      if (fact.term.names.length > 1 || chosen.length === 0) continue;
      const lines = chosen.map((a) => `have := ${fact.name} (${a})`);
      yield {
        tactic: [...lines, 'first | omega | grind | (simp_all; omega)'].join('\n'),
        weight: 5,
        reason: `${fact.name} at what the goal mentions`,
        heartbeats: 10000,
      };
    }
  },
};
