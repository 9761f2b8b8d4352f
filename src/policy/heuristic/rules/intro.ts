import type { Draft, Rule } from '../rule.ts';
import type { Term } from '../term.ts';
import type { GoalView } from '../view.ts';

/** Hands out names that neither the goal nor an earlier call has. */
export function namer(view: GoalView): (base: string) => string {
  const given = new Set<string>();
  return (base) => {
    const clean = /^[\p{L}_][\p{L}\p{N}_'₀-₉]*$/u.test(base) && base !== '_' ? base : 'x';
    let name = view.fresh(clean);
    for (let i = 1; given.has(name); i++) name = view.fresh(`${clean}${i}`);
    given.add(name);
    return name;
  };
}

/** The pattern that takes a hypothesis of this shape apart, down to what is no pair. */
export function pattern(term: Term, fresh: (base: string) => string): string {
  if (term.kind === 'op' && term.op === '∧') return `⟨${term.args.map((a) => pattern(a, fresh)).join(', ')}⟩`;
  if (term.kind === 'binder' && term.binder === '∃') {
    const names = term.names.map(fresh);
    const bound = term.bound ? [fresh('h')] : [];
    return `⟨${[...names, ...bound, pattern(term.body, fresh)].join(', ')}⟩`;
  }
  return fresh('h');
}

/** Whether `pattern` would do more than name the hypothesis. */
export function hasPattern(term: Term): boolean {
  return (term.kind === 'op' && term.op === '∧') || (term.kind === 'binder' && term.binder === '∃');
}

interface Binders {
  readonly plain: readonly string[];
  readonly taken: readonly string[];
  /** How many leading binders are objects, not facts. */
  readonly objects: number;
}

function collect(target: Term, view: GoalView): Binders {
  const plainName = namer(view);
  const takenName = namer(view);
  const plain: string[] = [];
  const taken: string[] = [];
  let objects = 0;
  let term = target;
  const fact = (t: Term): void => {
    plain.push(plainName('h'));
    taken.push(pattern(t, takenName));
  };
  for (;;) {
    if (term.kind === 'binder' && term.binder === '∀') {
      if (plain.length === objects) objects += term.names.length;
      for (const name of term.names) {
        plain.push(plainName(name));
        taken.push(takenName(name));
      }
      if (term.bound) fact({ kind: 'other', text: '' });
      term = term.body;
    } else if (term.kind === 'op' && term.op === '→' && term.args[0] && term.args[1]) {
      fact(term.args[0]);
      term = term.args[1];
    } else if (term.kind === 'op' && term.op === '¬' && term.args[0]) {
      fact(term.args[0]);
      return { plain, taken, objects };
    } else if (term.kind === 'op' && term.op === '≠') {
      fact({ kind: 'other', text: '' });
      return { plain, taken, objects };
    } else return { plain, taken, objects };
  }
}

/** Introduce what the target quantifies over, with the names it prints, taking pairs and witnesses apart on the way. */
export const intro: Rule = {
  name: 'intro',
  *propose(view): Iterable<Draft> {
    const { plain, taken, objects } = collect(view.target, view);
    if (plain.length === 0) return;
    const deep = taken.some((t) => t.startsWith('⟨'));
    if (deep) yield { tactic: `rintro ${taken.join(' ')}`, weight: 60, reason: 'introduce and take apart' };
    yield { tactic: `intro ${plain.join(' ')}`, weight: deep ? 3 : 60, reason: 'introduce everything' };
    if (objects > 0 && objects < plain.length) {
      yield { tactic: `intro ${plain.slice(0, objects).join(' ')}`, weight: 1.5, reason: 'introduce the objects only' };
    }
  },
};
