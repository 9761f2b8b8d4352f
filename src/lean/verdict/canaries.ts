/** A statement that no sound judge lets through. One that closes makes its whole batch suspect. */
export interface Canary {
  readonly name: string;
  /** A false statement, or an open pair's side: see `negation`. */
  readonly statement: string;
  /** Set where the statement's truth does not matter: both sides are run, and at most one may close. */
  readonly negation?: string;
}

/** False statements that look like the problems of a batch, and statements beside their negation. */
export const CANARIES: readonly Canary[] = [
  { name: 'canary_false', statement: 'False' },
  { name: 'canary_succ', statement: '∀ n : Nat, n + 1 = n' },
  { name: 'canary_sub', statement: '∀ a b : Nat, a - b + b = a' },
  { name: 'canary_square', statement: '∀ x : Int, x < x ^ 2' },
  { name: 'canary_div', statement: '∀ a b : Nat, a / b * b = a' },
  { name: 'canary_converse', statement: '∀ p q : Prop, (p → q) → (q → p)' },
  { name: 'canary_exists', statement: '∃ n : Nat, n < n' },
  { name: 'canary_append', statement: '∀ (α : Type) (xs ys : List α), xs ++ ys = ys ++ xs' },
  { name: 'canary_large', statement: '2 ^ 61 - 1 = 2 ^ 61' },
  {
    name: 'canary_beside',
    statement: '∀ n : Nat, n % 2 = 0 ∨ n % 2 = 1',
    negation: '¬ ∀ n : Nat, n % 2 = 0 ∨ n % 2 = 1',
  },
  { name: 'canary_choice', statement: '∃ x : Int, x * x = 2', negation: '¬ ∃ x : Int, x * x = 2' },
];

/** The statements to run for some canaries, each with the canary it belongs to. */
export function canaryStatements(
  canaries: readonly Canary[] = CANARIES,
): readonly { readonly name: string; readonly statement: string }[] {
  return canaries.flatMap(({ name, statement, negation }) =>
    negation === undefined
      ? [{ name, statement }]
      : [
          { name: `${name}.claim`, statement },
          { name: `${name}.denial`, statement: negation },
        ],
  );
}

/** Canaries that closed: a false statement was proved, or a statement and its negation both. */
export function closedCanaries(proved: ReadonlySet<string>, canaries: readonly Canary[] = CANARIES): readonly string[] {
  return canaries
    .filter(({ name, negation }) =>
      negation === undefined ? proved.has(name) : proved.has(`${name}.claim`) && proved.has(`${name}.denial`),
    )
    .map(({ name }) => name);
}
