import {
  FNV_OFFSET,
  FNV_PRIME,
  hashText,
  KIND,
  type Kind,
  LONGER_SIGNS,
  mix,
  SINGLE_SIGNS,
  type Sign,
  WORD_SIGNS,
} from './signs.ts';

/**
 * Tokens of an expression as Lean prints it, as numbers only: nothing of the text is kept. The scanner knows no grammar, so it takes
 * any text at all, and reads no more of it than it has room for.
 */

/** Class of a UTF-16 unit: 0 space, 1 begins a name, 2 digit, 3 sign. */
function classOf(code: number): 0 | 1 | 2 | 3 {
  if (code <= 32 || code === 0xa0) return 0;
  if (code >= 48 && code <= 57) return 2;
  if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code === 0xab) return 1;
  if (code < 128) return 3;
  // λ, × and ÷ stand for themselves; the other letters of other scripts, ℕ and its like among them, begin names.
  if (code === 0x3bb || code === 0xd7 || code === 0xf7) return 3;
  return (code >= 0xc0 && code < 0x2000) || (code >= 0x2100 && code < 0x2190) ? 1 : 3;
}

/** Whether a unit goes on with a name: letters, digits, `_ ' . ! ?`, subscripts, the dagger of inaccessible names and its exponents. */
function isOfName(code: number): boolean {
  const sort = classOf(code);
  if (sort === 1 || sort === 2) return true;
  // ' ! ? » ✝ and the digits of exponents and subscripts; not ⁻, which begins ⁻¹.
  if (code < 128) return code === 39 || code === 33 || code === 63;
  if (code === 0xbb || code === 0xb9 || code === 0xb2 || code === 0xb3 || code === 0x271d) return true;
  return code >= 0x2070 && code < 0x20a0 && code !== 0x207b;
}

/** Room for the tokens of one expression after another. */
export class Tokens {
  readonly capacity: number;
  /** Hash of the text itself. */
  readonly literal: Int32Array;
  /** The same for all names of the context, but in order of appearance, and for numbers of one size. */
  readonly abstract: Int32Array;
  readonly kind: Uint8Array;
  /** Brackets around the token. */
  readonly depth: Uint8Array;
  /** Of a number, the value; of a local, its place in the context; of a name with a dot, 1. */
  readonly value: Float64Array;
  length = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.literal = new Int32Array(capacity);
    this.abstract = new Int32Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.depth = new Uint8Array(capacity);
    this.value = new Float64Array(capacity);
  }

  clear(): void {
    this.length = 0;
  }

  /**
   * Adds the tokens of `text` from `start` to `end`, and returns how many. `locals` gives the place in the context of a name, by the
   * hash of the name.
   */
  scan(text: string, start: number, end: number, locals: ReadonlyMap<number, number>): number {
    const before = this.length;
    const seen: number[] = [];
    let depth = 0;
    for (let at = start; at < end && this.length < this.capacity; ) {
      const code = text.charCodeAt(at);
      const sort = classOf(code);
      if (sort === 0) at++;
      else if (sort === 2) at = this.#number(text, at, end, depth);
      else if (sort === 1) at = this.#name(text, at, end, depth, locals, seen);
      else {
        const { length, hash, kind } = this.#sign(text, at, end);
        if (kind === KIND.close) depth = Math.max(0, depth - 1);
        this.#add(hash, hash, kind, depth, 0);
        if (kind === KIND.open) depth = Math.min(255, depth + 1);
        at += length;
      }
    }
    return this.length - before;
  }

  #number(text: string, start: number, end: number, depth: number): number {
    let at = start;
    let value = 0;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code < 48 || code > 57) break;
      value = Math.min(LARGEST_NUMBER, value * 10 + (code - 48));
    }
    const size = value <= 3 ? value : 4 + Math.floor(Math.log10(value));
    this.#add(hashText(text, start, at), mix(NUMBER, size), KIND.number, depth, value);
    return at;
  }

  #name(
    text: string,
    start: number,
    end: number,
    depth: number,
    locals: ReadonlyMap<number, number>,
    seen: number[],
  ): number {
    let at = start;
    let hash = FNV_OFFSET;
    // The name before the first dot may be a local of which a field is taken.
    let place: number | undefined;
    let dots = 0;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === 46) {
        const next = at + 1 < end ? text.charCodeAt(at + 1) : 0;
        if (!isOfName(next)) break;
        if (dots++ === 0) {
          place = locals.get(hash);
          if (place !== undefined) break;
        }
      } else if (!isOfName(code)) break;
      hash = Math.imul(hash ^ code, FNV_PRIME);
    }
    if (dots === 0) place = locals.get(hash);
    if (place === undefined) {
      this.#add(hash, hash, WORD_SIGNS.get(hash) ?? KIND.constant, depth, dots > 0 ? 1 : 0);
      return at;
    }
    let order = seen.indexOf(place);
    if (order < 0) order = seen.push(place) - 1;
    this.#add(hash, mix(LOCAL, Math.min(order, MOST_LOCALS)), KIND.local, depth, place);
    if (text.charCodeAt(at) !== 46 || at + 1 >= end) return at;
    return this.#name(text, at + 1, end, depth, NO_LOCALS, seen);
  }

  #sign(text: string, at: number, end: number): Sign {
    const code = text.charCodeAt(at);
    const longer = LONGER_SIGNS.get(code);
    if (longer !== undefined)
      for (const sign of longer) if (at + sign.length <= end && text.startsWith(sign.text, at)) return sign;
    const single = SINGLE_SIGNS.get(code);
    if (single !== undefined) return single;
    // A pair of surrogates is one sign.
    const length = code >= 0xd800 && code < 0xdc00 && at + 1 < end ? 2 : 1;
    return { text: '', length, hash: hashText(text, at, at + length), kind: KIND.other };
  }

  #add(literal: number, abstract: number, kind: Kind, depth: number, value: number): void {
    const i = this.length++;
    this.literal[i] = literal;
    this.abstract[i] = abstract;
    this.kind[i] = kind;
    this.depth[i] = depth;
    this.value[i] = value;
  }
}

const NO_LOCALS: ReadonlyMap<number, number> = new Map();
/** What is larger counts as this. */
const LARGEST_NUMBER = 1e12;
const NUMBER = hashText('#number');
const LOCAL = hashText('#local');
/** Locals of one expression that are told apart by order. */
const MOST_LOCALS = 12;
