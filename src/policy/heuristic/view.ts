import type { Goal } from '../../lean/goal.ts';
import type { Domain } from './evaluate.ts';
import { subterms, type Term } from './term.ts';
import { parseTerm } from './term-reader.ts';

/** A hypothesis that states something. */
export interface Fact {
  readonly name: string;
  readonly term: Term;
  readonly text: string;
  /** Its name can be typed. */
  readonly usable: boolean;
}

/** A local object: a number, a function, a type, …. */
export interface Variable {
  readonly name: string;
  readonly type: string;
}

/** A goal, read once for all rules. */
export interface GoalView {
  readonly goal: Goal;
  readonly target: Term;
  readonly facts: readonly Fact[];
  readonly variables: readonly Variable[];
  /** The variables of type `Nat` or `Int`. */
  readonly numbers: ReadonlyMap<string, Domain>;
  /** The one type of all numbers in play; null when they are mixed. */
  readonly domain: Domain | null;
  /** Tactics beyond core Lean that the environment can parse. */
  readonly available: ReadonlySet<string>;
  /** A name like `base` that nothing here has. */
  fresh(base: string): string;
}

const PROPOSITION_OPS = new Set(['∧', '∨', '↔', '→', '¬', '=', '≠', '<', '≤', '>', '≥', '∣', '∈']);
const TYPE_NAMES = new Set(['Nat', 'Int', 'Type', 'Prop', 'Bool', 'Sort', 'Fin', 'List', 'Unit', 'String']);

/** Whether a printed type is a proposition, as far as its shape tells. */
function isProposition(term: Term, propositions: ReadonlySet<string>, types: ReadonlySet<string>): boolean {
  if (term.kind === 'op' && term.op === '→') {
    const [, conclusion] = term.args;
    return conclusion !== undefined && isProposition(conclusion, propositions, types);
  }
  if (term.kind === 'op') return PROPOSITION_OPS.has(term.op);
  if (term.kind === 'binder') return term.binder === '∀' || term.binder === '∃';
  const head = term.kind === 'call' ? term.head : term;
  if (head.kind !== 'name' || types.has(head.name) || TYPE_NAMES.has(head.name)) return false;
  return propositions.has(head.name) || head.name === 'True' || head.name === 'False' || term.kind === 'call';
}

/** Read a goal. */
export function viewGoal(goal: Goal, available: ReadonlySet<string>): GoalView {
  const facts: Fact[] = [];
  const variables: Variable[] = [];
  const numbers = new Map<string, Domain>();
  const propositions = new Set<string>();
  const types = new Set<string>();
  for (const h of goal.hypotheses) {
    const term = parseTerm(h.type);
    const usable = h.inaccessible !== true && !h.name.includes('✝');
    if (isProposition(term, propositions, types)) facts.push({ name: h.name, term, text: h.type, usable });
    else {
      if (h.type === 'Nat' || h.type === 'Int') numbers.set(h.name, h.type);
      if (/(^|→ )Prop$/.test(h.type)) propositions.add(h.name);
      if (/^(Type|Sort)\b/.test(h.type)) types.add(h.name);
      if (usable) variables.push({ name: h.name, type: h.type });
    }
  }
  const target = parseTerm(goal.target);
  const used = new Set(goal.hypotheses.map((h) => h.name));
  const kinds = new Set(numbers.values());
  const [only] = kinds;
  return {
    goal,
    target,
    facts,
    variables,
    numbers,
    domain: kinds.size > 1 ? null : (only ?? 'Nat'),
    available,
    fresh(base) {
      let name = base;
      for (let i = 1; used.has(name); i++) name = `${base}${i}`;
      return name;
    },
  };
}

/** The number variables that occur in a term, in order of appearance. */
export function numbersIn(term: Term, view: GoalView): readonly string[] {
  const found = new Set<string>();
  for (const part of subterms(term)) {
    if (part.kind !== 'name') continue;
    const name = view.numbers.has(part.name) ? part.name : part.name.split('.')[0];
    if (name !== undefined && view.numbers.has(name)) found.add(name);
  }
  return [...found];
}

/** Whether `term` is the operator `op`. */
export function isOp(term: Term, op: string): term is Term & { kind: 'op' } {
  return term.kind === 'op' && term.op === op;
}
