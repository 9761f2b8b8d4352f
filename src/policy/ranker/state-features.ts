import { subterms, type Term } from '../heuristic/term.ts';
import type { GoalView } from '../heuristic/view.ts';
import type { PolicyState } from '../provider.ts';
import { hashText } from './mixing.ts';

const LARGE = 1000n;

/** What a state is like, as hashes of short texts: its target's head, the operators in it and in the hypotheses, sizes. */
export function stateFeatures(view: GoalView, { goals, path }: Pick<PolicyState, 'goals' | 'path'>): readonly number[] {
  const facts = view.facts.map((fact) => fact.term);
  const inTarget = signsIn([view.target]);
  const found = [
    `target=${headOf(view.target)}`,
    `domain=${view.domain}`,
    `signature=${[...inTarget].sort().join('')}`,
    ...Array.from(inTarget, (sign) => `in target=${sign}`),
    ...Array.from(signsIn(facts), (sign) => `in facts=${sign}`),
    ...Array.from(new Set(facts.map(headOf)), (head) => `fact=${head}`),
    ...kindsOfArithmetic([view.target, ...facts]),
    `facts=${bucket(view.facts.length)}`,
    `numbers=${bucket(view.numbers.size)}`,
    `goals=${Math.min(goals.length, 3)}`,
    `depth=${bucket(path.length)}`,
    `size=${bucket(view.goal.target.length >> 4)}`,
    `last=${headWord(path.at(-1) ?? '')}`,
  ];
  return found.map(hashText);
}

/** Sizes in steps that double. */
export function bucket(size: number): number {
  return size < 4 ? size : Math.min(32, 2 ** Math.floor(Math.log2(size)));
}

/** The first word of a tactic. */
export function headWord(tactic: string): string {
  return /^[^\s[(⟨]*/u.exec(tactic)?.[0] ?? '';
}

function headOf(term: Term): string {
  if (term.kind === 'op') return term.op;
  if (term.kind === 'binder') return term.binder;
  if (term.kind === 'call') return `call ${methodOf(term.head)}`;
  return term.text === 'False' || term.text === 'True' ? term.text : term.kind;
}

/** `gcd` of `Nat.gcd a b` as of `a.gcd b`. */
const methodOf = (head: Term): string => head.text.replace(/^.*\./, '');

function signsIn(terms: readonly Term[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const term of terms)
    for (const part of subterms(term)) {
      if (part.kind === 'op') found.add(part.op);
      else if (part.kind === 'binder') found.add(part.binder);
      else if (part.kind === 'call') found.add(methodOf(part.head));
    }
  return found;
}

function kindsOfArithmetic(terms: readonly Term[]): readonly string[] {
  const found = new Set<string>();
  for (const term of terms)
    for (const part of subterms(term)) {
      if (part.kind === 'number' && part.value > LARGE) found.add('large number');
      if (part.kind !== 'op') continue;
      if (part.op === '*' && part.args.every((factor) => factor.kind !== 'number')) found.add('product');
      if (part.op === '^') found.add(part.args[1]?.kind === 'number' ? 'product' : 'exponent');
    }
  return [...found];
}
