/**
 * Names that Mathlib has given up, with the ones that took their place. Models trained on an older Mathlib still write the old
 * ones. A name is replaced where it stands as a whole word; where the arguments changed with the name, Lean has the last word.
 */
export const MATHLIB_RENAMES: ReadonlyMap<string, string> = new Map([
  ['le_div_iff', 'le_div_iff₀'],
  ['div_le_iff', 'div_le_iff₀'],
  ['lt_div_iff', 'lt_div_iff₀'],
  ['div_lt_iff', 'div_lt_iff₀'],
  ['div_le_div_iff', 'div_le_div_iff₀'],
  ['div_lt_div_iff', 'div_lt_div_iff₀'],
  ['add_left_neg', 'neg_add_cancel'],
  ['add_right_neg', 'add_neg_cancel'],
  ['true_and_iff', 'true_and'],
  ['and_true_iff', 'and_true'],
  ['false_and_iff', 'false_and'],
  ['and_false_iff', 'and_false'],
  ['true_or_iff', 'true_or'],
  ['or_true_iff', 'or_true'],
  ['false_or_iff', 'false_or'],
  ['or_false_iff', 'or_false'],
]);

/** First component of a name: `le_div_iff` of `le_div_iff.mpr`, and nothing of `Nat.le_div_iff` but `Nat`. */
const NAME = /(?<![\p{L}\p{N}_'.₀-₉])[\p{L}_][\p{L}\p{N}_'₀-₉]*/gu;

export interface Renamed {
  readonly text: string;
  /** `old -> new`, each once. */
  readonly renames: readonly string[];
}

/** Replaces names in a tactic, outside of strings. `∑ x in S` becomes `∑ x ∈ S` along with them. */
export function renameNames(text: string, mask: string, renames: ReadonlyMap<string, string>): Renamed {
  if (renames.size === 0) return { text, renames: [] };
  const done = new Set<string>();
  const replaced = text.replace(NAME, (name, at: number) => {
    const to = mask.startsWith(name, at) ? renames.get(name) : undefined;
    if (to === undefined) return name;
    done.add(`${name} -> ${to}`);
    return to;
  });
  const sums = replaced.replace(/([∑∏] [\p{L}_][\p{L}\p{N}_'₀-₉]*) in /gu, (_, binder: string) => {
    done.add('in -> ∈');
    return `${binder} ∈ `;
  });
  return { text: sums, renames: [...done] };
}
