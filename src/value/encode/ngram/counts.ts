import type { Span } from './layout.ts';
import { hashText, KIND, mix } from './signs.ts';
import type { Tokens } from './tokens.ts';

/** Words and signs that are counted one by one. Those of a line are counted as one. */
const COUNTED = [
  ['='],
  ['≠', '!='],
  ['≤', '<=', '≥', '>='],
  ['<', '>'],
  ['∣'],
  ['∈', '∉'],
  ['⊆', '⊂'],
  ['↔'],
  ['∧'],
  ['∨'],
  ['→'],
  ['¬', 'Not'],
  ['∀'],
  ['∃', '∃!'],
  ['fun', 'λ'],
  ['+'],
  ['-'],
  ['*', '•'],
  ['/'],
  ['%'],
  ['^'],
  ['↑'],
  ['::', '++'],
  ['if', 'ite', 'dite'],
  ['match', 'with'],
  ['let', 'have'],
  ['∑', '∏'],
  ['succ', 'Nat.succ'],
  ['Nat', 'ℕ'],
  ['Int', 'ℤ'],
  ['Fin'],
  ['Bool', 'true', 'false'],
  ['List', 'Array'],
  ['Set', 'Finset'],
  ['Prop', 'True', 'False'],
] as const;
const PLACE_OF: ReadonlyMap<number, number> = new Map(
  COUNTED.flatMap((words, i) => words.map((word): [number, number] => [hashText(word), i])),
);
export const COUNTED_SIGNS: number = COUNTED.length;

const POWER = hashText('^');
const TIMES = hashText('*');

/** Numbers seen since `clear`: a set that is emptied at no cost. */
class Seen {
  readonly #slots = 8192;
  readonly #keys = new Int32Array(this.#slots);
  readonly #stamps = new Int32Array(this.#slots);
  #stamp = 0;

  clear(): void {
    this.#stamp++;
  }

  /** Whether it is new. At most half as many as there are slots. */
  add(key: number): boolean {
    for (let at = (key ^ (key >>> 13)) & (this.#slots - 1); ; at = (at + 1) & (this.#slots - 1)) {
      if (this.#stamps[at] !== this.#stamp) {
        this.#stamps[at] = this.#stamp;
        this.#keys[at] = key;
        return true;
      }
      if (this.#keys[at] === key) return false;
    }
  }
}
const DISTINCT = new Seen();

/** What is counted in a part of the tokens. */
export interface Counts {
  readonly tokens: number;
  readonly distinct: number;
  readonly locals: number;
  readonly distinctLocals: number;
  readonly constants: number;
  readonly distinctConstants: number;
  readonly numbers: number;
  /** Of the largest number. */
  readonly largest: number;
  readonly largestExponent: number;
  readonly relations: number;
  readonly connectives: number;
  readonly quantifiers: number;
  readonly arithmetic: number;
  readonly brackets: number;
  readonly deepest: number;
  /** Products of two names and powers of names: what linear arithmetic cannot do. */
  readonly nonLinear: number;
  readonly others: number;
  /** By `COUNTED_SIGNS`. */
  readonly signs: Float64Array;
  /** Hash of the tokens in their order. */
  readonly hash: number;
}

/** Counts the tokens of a span. */
export function countTokens(tokens: Tokens, { from, to }: Span): Counts {
  const { literal, kind, depth, value } = tokens;
  const signs = new Float64Array(COUNTED_SIGNS);
  const byKind = new Float64Array(11);
  DISTINCT.clear();
  let distinct = 0;
  let distinctLocals = 0;
  let distinctConstants = 0;
  let largest = 0;
  let largestExponent = 0;
  let deepest = 0;
  let nonLinear = 0;
  let hash = 0;
  for (let i = from; i < to; i++) {
    const word = literal[i] as number;
    const sort = kind[i] as number;
    byKind[sort] = (byKind[sort] as number) + 1;
    hash = mix(hash, word);
    if (DISTINCT.add(word)) {
      distinct++;
      if (sort === KIND.local) distinctLocals++;
      else if (sort === KIND.constant) distinctConstants++;
    }
    const place = PLACE_OF.get(word);
    if (place !== undefined) signs[place] = (signs[place] as number) + 1;
    deepest = Math.max(deepest, depth[i] as number);
    if (sort === KIND.number) {
      largest = Math.max(largest, value[i] as number);
      if (i > from && literal[i - 1] === POWER) largestExponent = Math.max(largestExponent, value[i] as number);
    } else if (sort === KIND.arithmetic && i > from && i + 1 < to) {
      const before = kind[i - 1] === KIND.local || kind[i - 1] === KIND.close;
      const after = kind[i + 1] === KIND.local || kind[i + 1] === KIND.open;
      if ((word === TIMES && before && after) || (word === POWER && before)) nonLinear++;
    }
  }
  const of = (sort: number): number => byKind[sort] as number;
  return {
    tokens: to - from,
    distinct,
    locals: of(KIND.local),
    distinctLocals,
    constants: of(KIND.constant),
    distinctConstants,
    numbers: of(KIND.number),
    largest,
    largestExponent,
    relations: of(KIND.relation),
    connectives: of(KIND.connective),
    quantifiers: of(KIND.quantifier),
    arithmetic: of(KIND.arithmetic),
    brackets: of(KIND.open),
    deepest,
    nonLinear,
    others: of(KIND.other),
    signs,
    hash,
  };
}
