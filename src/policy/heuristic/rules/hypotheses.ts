import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { isOp } from '../view.ts';
import { hasPattern, namer, pattern } from './intro.ts';

/** Take conjunctions and witnesses in the hypotheses apart, all at once. */
export const destructure: Rule = {
  name: 'destructure',
  *propose(view): Iterable<Draft> {
    const fresh = namer(view);
    const lines = view.facts
      .filter((f) => f.usable && hasPattern(f.term))
      .map((f) => `obtain ${pattern(f.term, fresh)} := ${f.name}`);
    if (lines.length > 0) yield { tactic: lines.join('\n'), weight: 50, reason: 'take hypotheses apart' };
  },
};

/** Split on a hypothesis that is a disjunction. */
export const cases: Rule = {
  name: 'cases',
  *propose(view): Iterable<Draft> {
    for (const fact of view.facts) {
      if (!fact.usable || !isOp(fact.term, '∨')) continue;
      const alternatives: string[] = [];
      for (let rest: Term = fact.term; ; ) {
        const [left, right] = isOp(rest, '∨') ? rest.args : [rest, undefined];
        if (left) alternatives.push(hasPattern(left) ? pattern(left, namer(view)) : fact.name);
        if (!right) break;
        rest = right;
      }
      const split = `rcases ${fact.name} with ${alternatives.join(' | ')}`;
      yield {
        tactic: `${split} <;> first | omega | (simp_all; done) | grind`,
        weight: 12,
        reason: `every case of ${fact.name}`,
        heartbeats: 40000,
      };
      yield { tactic: split, weight: 6, reason: `split on ${fact.name}` };
    }
  },
};

/** Replace a variable by what it equals. */
export const substitute: Rule = {
  name: 'subst',
  *propose(view): Iterable<Draft> {
    const local = new Set(view.goal.hypotheses.map((h) => h.name));
    const names = view.facts
      .filter(
        ({ term, usable }) =>
          usable && isOp(term, '=') && term.args.some((side, i) => isVariable(side, term.args[1 - i], local)),
      )
      .map((f) => f.name);
    if (names.length === 0) return;
    yield { tactic: `subst ${names.join(' ')}`, weight: 14, reason: 'replace variables by their values' };
    if (names.length > 1) for (const name of names) yield { tactic: `subst ${name}`, weight: 4, reason: `use ${name}` };
  },
};

function isVariable(side: Term, other: Term | undefined, local: ReadonlySet<string>): boolean {
  if (side.kind !== 'name' || !local.has(side.name) || !other) return false;
  for (const part of subterms(other)) if (part.kind === 'name' && part.name === side.name) return false;
  return true;
}

/** What the hypotheses say outright. */
export const direct: Rule = {
  name: 'assumption',
  *propose(view): Iterable<Draft> {
    const target = view.goal.target;
    for (const fact of view.facts) {
      if (fact.text === target)
        yield { tactic: fact.usable ? `exact ${fact.name}` : 'assumption', weight: 100, reason: 'is a hypothesis' };
      if (!fact.usable) continue;
      const conclusion = conclude(fact.term);
      if (
        conclusion.kind === 'op' &&
        view.target.kind === 'op' &&
        conclusion !== fact.term &&
        conclusion.op === view.target.op
      ) {
        yield { tactic: `apply ${fact.name}`, weight: 8, reason: `${fact.name} concludes this kind of goal` };
      }
      if (isOp(fact.term, '¬') && view.target.text === 'False')
        yield { tactic: `apply ${fact.name}`, weight: 8, reason: `refute by ${fact.name}` };
    }
    if (view.facts.some((f) => f.text === 'False' || isOp(f.term, '¬') || isOp(f.term, '≠'))) {
      yield { tactic: 'contradiction', weight: 6, reason: 'hypotheses may contradict' };
    }
  },
};

function conclude(term: Term): Term {
  if (term.kind === 'binder' && term.binder === '∀') return conclude(term.body);
  if (term.kind === 'op' && term.op === '→' && term.args[1]) return conclude(term.args[1]);
  if (term.kind === 'op' && term.op === '¬') return { kind: 'name', name: 'False', text: 'False' };
  return term;
}
