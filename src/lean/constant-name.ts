/** Letters, digits and marks that go on with a Lean identifier. */
const identifierSign = /[\p{L}\p{N}_'!?₀-₉ₐ-ₜᵢ-ᵪ«»]/u;
/** What a term can do with a theorem by a dot without naming another constant. */
const fieldAfter = /^\.(?:symm|trans|mp|mpr|left|right|le|ge|lt|ne|elim|\d+)(?![\p{L}\p{N}_'!?₀-₉])/u;

/**
 * Makes a test for whether Lean text names this constant: the whole name, not as a part of a longer one, `_root_.` before
 * it allowed, and a field such as `.symm` or `.mp` after it. Names shortened by `open` or `namespace` are not found.
 *
 * @example namesConstant('Nat.le_refl')('exact Nat.le_refl n') // true
 */
export function namesConstant(name: string): (text: string) => boolean {
  return (text) => {
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
      const before = text.slice(Math.max(0, at - 8), at);
      const after = text.slice(at + name.length, at + name.length + 12);
      if (startsHere(before) && endsHere(after)) return true;
    }
    return false;
  };
}

function startsHere(before: string): boolean {
  const last = Array.from(before).at(-1);
  if (last === undefined) return true;
  if (last !== '.') return !identifierSign.test(last);
  return /(?:^|[^\p{L}\p{N}_'!?₀-₉.])_root_\.$/u.test(before);
}

function endsHere(after: string): boolean {
  const [first, second] = Array.from(after);
  if (first === undefined) return true;
  if (first !== '.') return !identifierSign.test(first);
  return second === undefined || !identifierSign.test(second) || fieldAfter.test(after);
}
