/** What sort of token it is. */
export const KIND = {
  constant: 0,
  local: 1,
  number: 2,
  relation: 3,
  connective: 4,
  quantifier: 5,
  arithmetic: 6,
  open: 7,
  close: 8,
  punctuation: 9,
  other: 10,
} as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

/** Signs that stand for themselves. What is in none of these and begins no name is `other`. */
const SIGNS: Readonly<Record<string, Kind>> = Object.fromEntries(
  (
    [
      ['= ≠ ≤ < ≥ > ∣ ∈ ∉ ⊆ ⊂ ≡ ∼ ≈ ≃ ≅ ↔ := ==  != <= >=', KIND.relation],
      ['∧ ∨ ¬ → && || !', KIND.connective],
      ['∀ ∃ λ ∑ ∏ ∃! ⋃ ⋂', KIND.quantifier],
      ['+ - * / % ^ • ∘ :: ++ ∪ ∩ × | ‖ ↑ ⁻¹ <<< >>> &&& ||| ^^^', KIND.arithmetic],
      ['( [ { ⟨ ⦃ ⌊ ⌈', KIND.open],
      [') ] } ⟩ ⦄ ⌋ ⌉', KIND.close],
      [', : ; . => ↦ @ _ ·', KIND.punctuation],
    ] as const
  ).flatMap(([signs, kind]) => signs.split(' ').map((sign) => [sign, kind])),
);

/** FNV-1a, 32 bits. */
export const FNV_OFFSET = 0x811c9dc5 | 0;
export const FNV_PRIME = 0x01000193;

/** FNV-1a over UTF-16 units. */
export function hashText(text: string, start = 0, end = text.length): number {
  let hash = FNV_OFFSET;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash;
}

/** Two numbers to one, such that neighbours end far apart. */
export function mix(a: number, b: number): number {
  let h = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 13);
}

/** A sign that stands for itself. */
export interface Sign {
  readonly text: string;
  readonly length: number;
  readonly hash: number;
  readonly kind: Kind;
}
const ALL_SIGNS: readonly Sign[] = Object.entries(SIGNS)
  .filter(([text]) => text !== '')
  .map(([text, kind]) => ({ text, length: text.length, hash: hashText(text), kind }));
/** Signs of one unit, by that. */
export const SINGLE_SIGNS: ReadonlyMap<number, Sign> = new Map(
  ALL_SIGNS.filter(({ length }) => length === 1).map((sign) => [sign.text.charCodeAt(0), sign]),
);
/** Signs of two units and more, by their first, the longest first. */
export const LONGER_SIGNS: ReadonlyMap<number, readonly Sign[]> = Map.groupBy(
  ALL_SIGNS.filter(({ length }) => length > 1).sort((a, b) => b.length - a.length),
  ({ text }) => text.charCodeAt(0),
);
/** Words that are used as signs, by their hash. */
export const WORD_SIGNS: ReadonlyMap<number, Kind> = new Map([
  [hashText('fun'), KIND.quantifier],
  [hashText('Not'), KIND.connective],
  [hashText('Xor'), KIND.connective],
]);
