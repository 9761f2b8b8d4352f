/** A term as Lean prints it: enough syntax to see the shape of a goal. What is not understood is `other`. */
export type Term =
  | { readonly kind: 'number'; readonly value: bigint; readonly text: string }
  | { readonly kind: 'name'; readonly name: string; readonly text: string }
  /** A prefix, infix or relation sign with its operands: `+`, `∧`, `neg`, `↑`, `tuple`, …. */
  | { readonly kind: 'op'; readonly op: string; readonly args: readonly Term[]; readonly text: string }
  /** Application; `(a + b).gcd c` has the head `_.gcd` and the arguments `a + b`, `c`. */
  | { readonly kind: 'call'; readonly head: Term; readonly args: readonly Term[]; readonly text: string }
  | {
      readonly kind: 'binder';
      readonly binder: string;
      readonly names: readonly string[];
      readonly type?: string;
      /** `∃ x > 0, …`: the part between the name and the comma. */
      readonly bound?: { readonly op: string; readonly term: Term };
      readonly body: Term;
      readonly text: string;
    }
  | { readonly kind: 'other'; readonly text: string };

/** The parts of a term, one level down. */
export function children(term: Term): readonly Term[] {
  if (term.kind === 'op') return term.args;
  if (term.kind === 'call') return [term.head, ...term.args];
  if (term.kind === 'binder') return term.bound ? [term.bound.term, term.body] : [term.body];
  return [];
}

/** Every sub-term, itself included, outermost first. */
export function* subterms(term: Term): Generator<Term> {
  yield term;
  for (const child of children(term)) yield* subterms(child);
}
